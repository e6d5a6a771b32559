// The step that is looked at: what it asks for, what fails and why, the student's own lines, hints.
import { make, pressed, command } from './kit/elements.js';
import { seconds } from './kit/items.js';
import { Code } from './code.js';
import { Run } from './run.js';
import { post } from './api.js';
import { $, put, box, badge, choice, trouble } from './parts.js';

let code = new Code(true);
let run = null;

// marked is a text in which a part is marked, if it stands there.
function marked(text, part, cls) {
  const p = make('p', '', { class: cls });
  const at = part && part.length < text.length - 2 ? text.indexOf(part) : -1; // a mark on everything marks nothing
  if (at < 0) { p.textContent = text; return p; }
  p.append(text.slice(0, at), make('mark', part), text.slice(at + part.length));
  return p;
}

// goTo is a button that shows a place in the code.
function goTo(text, place) {
  if (!place) return make('span', text);
  const brief = text.replace(/\S*[/\\]([^\s/\\]+\.go:)/, '$1'); // the directories stand above the lines
  return pressed(brief, () => code.show(place), { class: 'place', title: text });
}

function heading(s, task) {
  const head = make('header', '', { class: 'head' });
  const title = make('h2', s.id);
  title.append(make('span', s.title));
  head.append(title, badge(s.status), make('span', `${s.points} of ${s.of} points`, { class: 'points' }));
  if (task?.lines) head.append(make('span', `our solution: ${task.lines} lines`, { class: 'points' }));
  return head;
}

// verdict is what broke, in the words of the rule, and what happened.
function verdict(f) {
  const card = make('section', '', { class: 'verdict', 'aria-label': 'What failed' });
  const top = make('p', '', { class: 'which' });
  top.append(make('code', `${f.scenario}/${f.seed}`), make('span', f.title));
  card.append(make('h3', f.rule ? `${f.rule} is broken` : 'The run did not end well'), top);
  if (f.ruleText) card.append(marked(f.ruleText, f.clause, 'rule'));
  if (f.clause && !f.ruleText?.includes(f.clause)) card.append(make('p', `broken: “${f.clause}”`, { class: 'rule' }));
  const happened = make('p', f.text, { class: 'happened' });
  card.append(happened);
  const facts = [];
  if (f.t) facts.push(`${seconds(f.t)} after the start`);
  if (f.settings?.length) facts.push(`with ${f.settings.join(', ')}`);
  if (f.faults?.length) facts.push(`faults: ${f.faults.join('; ')}`);
  if (facts.length) card.append(make('p', facts.join('; '), { class: 'facts' }));
  if (f.before) card.append(make('p', `${f.before} fails as well: mend that first, and this may go with it.`, { class: 'facts' }));
  return card;
}

// asked is the call that was answered otherwise than ours answer it: what it was given, and both answers.
function asked(parts) {
  const list = make('dl', '', { class: 'call' });
  for (const { name, text } of parts) list.append(make('dt', name), make('dd', text, { class: name }));
  return box('The call', 'calls', list);
}

// trace is what led to it: a line shows its time in the diagram, and its place in the code.
function trace(f) {
  const table = make('table', '', { class: 'trace' });
  table.append(make('caption', [f.size, f.hidden].filter(Boolean).join('; ')));
  const body = make('tbody');
  for (const l of f.trace) {
    const row = make('tr');
    const time = make('td');
    time.append(pressed(`${(l.t / 1e9).toFixed(3)} s`, () => run?.at(l.t), { class: 'place', title: 'show this moment' }));
    const what = make('td', l.what);
    if (l.place) what.append(' ', goTo(`${l.place.file}:${l.place.line}`, l.place));
    row.append(time, make('td', l.who), what);
    body.append(row);
  }
  table.append(body);
  const parts = [table];
  if (f.nearest) parts.push(make('p', `It passes without ${f.nearest}.`, { class: 'facts' }));
  return box('What led to it', 'led', ...parts);
}

// beside is where the run first does something else than ours.
function beside(title, lines) {
  const list = make('dl', '', { class: 'call' });
  for (const l of lines) {
    const [, who, what] = /^(\S+)\s+(.*)$/s.exec(l) || ['', '', l];
    list.append(make('dt', who), make('dd', what, { class: who }));
  }
  return box(title, 'beside', list);
}

// ladder is the hints of a step: those that were given, and the next one to ask for.
function ladder(s, nudge) {
  const list = make('ol', '', { class: 'ladder' });
  const rung = (name, text, open) => {
    const li = make('li');
    const d = make('details');
    d.open = open;
    d.append(make('summary', name), make('p', text));
    li.append(d);
    list.append(li);
  };
  if (nudge && !(s.hints || []).some((h) => h.text === nudge)) rung('about this failure', nudge, true);
  (s.hints || []).forEach((h, i) => rung(`hint ${i + 1}: ${h.name}`, h.text, i === s.hints.length - 1));
  const parts = [list];
  const said = make('p', '', { 'aria-live': 'polite' });
  if (s.more) {
    parts.push(pressed(`Give hint ${(s.hints || []).length + 1} of ${s.more + (s.hints || []).length}`, async () => {
      try { await post('hint', { Step: s.id }); } catch (e) { said.replaceChildren(trouble(e)); }
    }, { class: 'more', id: 'hint' }));
  }
  parts.push(said);
  return box('Hints', 'hints', ...parts);
}

function rules(task) {
  const list = make('dl', '', { class: 'rules' });
  for (const [id, text] of Object.entries(task?.rules || {})) list.append(make('dt', id), make('dd', text));
  return box('What it is about', 'about-rules', list);
}

function problems(all) {
  const list = make('ul', '', { class: 'problems' });
  for (const p of all) {
    for (const l of p.lines) {
      const li = make('li');
      li.append(goTo(l.text, l.place));
      list.append(li);
    }
  }
  return box(`${all[0].layer} ${all[0].status}`, 'verdict', list);
}

function own(f) {
  const parts = [code.element];
  if (f?.where?.length) {
    const at = make('p', '', { class: 'where' });
    for (const w of f.where) at.append(goTo(w.text, w.place));
    if (f.guess) at.append(make('small', f.guess));
    parts.unshift(at);
  }
  return box('Your lines', 'own', ...parts);
}

function goOn(f) {
  const again = f.replay.replace(/ --shrink$/, '');
  const all = [f.replay];
  if (f.rule) all.push(`${again} --why`, again.replace('strata replay', 'strata debug'));
  return box('In a terminal', 'go-on', ...all.map(command));
}

function failing(f, s, others, pick) {
  const text = make('pre', '', { tabindex: '0' });
  const printed = box('As strata replay tells it', 'replayed', text);
  printed.hidden = true;
  run = new Run(f, (answer) => { // of a failure that the grade has not worked up, this is all there is
    text.textContent = answer.text;
    printed.hidden = Boolean(f.trace || f.asked || f.beside);
  });
  const side = make('div', '', { class: 'side' });
  side.append(own(f));
  if (f.asked) side.append(asked(f.asked));
  if (f.beside?.length) side.append(beside('First difference from ours', f.beside));
  if (f.timers?.length) side.append(beside('The layer\'s timers', f.timers));
  if (f.trace?.length > 1 && !f.asked) side.append(trace(f));
  side.append(printed);
  const hints = make('div', '', { class: 'hint-place' });
  side.append(hints);
  if (f.output) side.append(box('Printed by your code', 'printed', make('pre', f.output, { tabindex: '0' })));
  side.append(goOn(f));
  const grid = make('div', '', { class: 'grid' });
  grid.append(run.element, side);
  const parts = [verdict(f), grid];
  if (others.length > 1) {
    parts.unshift(choice('Which failure', others.map((o) => [o.scenario, `${o.scenario} ${o.rule || ''}`.trim()]), f.scenario, pick));
  }
  return parts;
}

function resting(s, task, broken) {
  const grid = make('div', '', { class: 'grid' });
  const side = make('div', '', { class: 'side' });
  side.append(rules(task), make('div', '', { class: 'hint-place' }));
  grid.append(own(null), side);
  const said = {
    passed: `All ${s.checks} checks pass.`,
    blocked: `It waits: blocked by ${s.reason}.`,
    'not written yet': 'Not written yet. Your lines show where it goes; the rules say what has to hold.',
  }[s.status];
  const parts = [grid];
  if (broken.length) parts.unshift(problems(broken));
  else if (said) parts.unshift(make('p', said, { class: `said ${s.status.replaceAll(' ', '-')}` }));
  return parts;
}

// placeOf is where to look in the code.
function placeOf(s, f, broken) {
  const at = f?.where?.find((w) => w.place)?.place || broken.flatMap((p) => p.lines).find((l) => l.place)?.place;
  return at || { step: s.id };
}

// showWork shows a step, and of its failures the one that is picked. It returns the one that is shown.
export function showWork(state, s, task, picked, pick) {
  const panel = $('work');
  const layer = s.id.split('.')[0];
  const others = state.failures.filter((f) => f.step === s.id);
  const f = others.find((one) => one.scenario === picked) || others[0];
  const broken = state.problems?.filter((p) => p.layer === layer) || [];
  const key = [s.id, s.status, s.points, s.reason, f, others.map((o) => o.scenario), broken, Boolean(task)];
  const fresh = put(panel, key, () => {
    run?.close();
    run = null;
    code = new Code(!f && !broken.length);
    return [heading(s, task), ...(f ? failing(f, s, others, pick) : resting(s, task, broken))];
  });
  const any = s.hints || s.more || f?.hint; // a course may give none
  put(panel.querySelector('.hint-place'), [s.hints, s.more, f?.hint], () => (any ? [ladder(s, f?.hint)] : []));
  if (fresh || panel.dataset.saved !== String(state.at)) code.show(placeOf(s, f, broken));
  panel.dataset.saved = String(state.at);
  return f;
}

export const showCode = (place) => code.show(place);
export const intoDiagram = () => run?.focus();
