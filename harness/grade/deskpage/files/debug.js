// The debugger: one event at a time, forwards and backwards, with what may come next and what the nodes have.
import { Diagram } from './kit/diagram.js';
import { make, pressed, command } from './kit/elements.js';
import { seconds } from './kit/items.js';
import { post } from './api.js';
import { $, put, box, trouble } from './parts.js';

let session = null; // the last answer
let diagram = null;
let about = null; // the failure that the session is of
let busy = false;

const parts = {};

const runs = [['violation', 'the rule breaks', ''], ['end', 'the end', ''], ['time', 'a time', '2s'], ['node', 'something at node', '10.0.0.2'], ['kind', 'a line with', 'hello']];

function runForm() {
  const form = make('form', '', { class: 'until' });
  const what = make('select', '', { 'aria-label': 'run until' });
  for (const [value, text] of runs) what.append(make('option', `run until ${text}`, { value }));
  const word = make('input', '', { 'aria-label': 'which', autocomplete: 'off', spellcheck: 'false' });
  const look = () => {
    const example = runs.find((r) => r[0] === what.value)[2];
    word.hidden = !example;
    word.placeholder = example;
  };
  what.addEventListener('change', look);
  look();
  form.append(what, word, make('button', 'Run'));
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    say(`run ${what.value} ${word.hidden ? '' : word.value || word.placeholder}`);
  });
  return form;
}

function typeForm() {
  const form = make('form', '', { class: 'typed' });
  const line = make('input', '', { 'aria-label': 'a command of strata debug', placeholder: 'any command, such as inspect 10.0.0.1 or help', autocomplete: 'off', spellcheck: 'false' });
  form.append(line, make('button', 'Do'));
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (line.value.trim()) say(line.value.trim());
    line.value = '';
  });
  return form;
}

// asks are what one asks for most.
function asks() {
  const row = make('div', '', { class: 'more-of' });
  for (const line of ['calls', 'trace 40', 'history', 'help']) row.append(pressed(line, () => say(line)));
  return row;
}

// frame is the view before anything has come.
function frame() {
  parts.count = make('span', '', { class: 'count', role: 'status' });
  const bar = make('div', '', { class: 'tools' });
  bar.append(
    pressed('◂ Back', () => say('back'), { title: 'take the last event back ( k )' }),
    pressed('Step ▸', () => say('next'), { class: 'main', title: 'the event that comes by itself ( j )' }),
    pressed('Ten ▸▸', () => say('next 10'), { title: 'ten events' }),
    runForm(), parts.count,
    pressed('Begin again', () => begin(about), { class: 'again' }),
  );
  parts.broken = make('p', '', { class: 'error', role: 'alert' });
  parts.broken.hidden = true;
  parts.stage = make('div', '', { class: 'stage' });
  parts.next = make('ol', '', { class: 'next' });
  parts.past = make('ol', '', { class: 'past', tabindex: '0', 'aria-label': 'what has come' });
  parts.nodes = make('div', '', { class: 'nodes' });
  parts.said = make('pre', '', { class: 'said', tabindex: '0', 'aria-label': 'the answer', 'aria-live': 'polite' });
  parts.again = make('div');
  const left = make('section', '', { class: 'box run', 'aria-label': 'The run so far' });
  left.append(make('h3', 'The run so far'), parts.stage, box('Has come', 'came', parts.past));
  const side = make('div', '', { class: 'side' });
  side.append(box('May come next', 'may', parts.next), box('Nodes', 'has', parts.nodes), box('Say more', 'say', typeForm(), asks(), parts.said, parts.again));
  const grid = make('div', '', { class: 'grid' });
  grid.append(left, side);
  return [bar, parts.broken, grid];
}

// nodeParts folds what each node has.
function nodeParts(text) {
  const open = new Set([...parts.nodes.querySelectorAll('details:not([open])')].map((d) => d.dataset.node));
  return text.split(/\n(?=\S)/).filter(Boolean).map((one) => {
    const [head, ...lines] = one.split('\n');
    const d = make('details');
    d.dataset.node = head.split(' ')[0];
    d.open = !open.has(d.dataset.node);
    d.append(make('summary', d.dataset.node), make('pre', lines.map((l) => l.replace(/^ {2}/, '')).join('\n'), { tabindex: '0', 'aria-label': `what ${d.dataset.node} has` }));
    return d;
  });
}

function drawRun() {
  const top = diagram?.scale.top;
  diagram?.close();
  diagram = null;
  if (!session.drawing) {
    parts.stage.replaceChildren(make('p', session.done ? 'No diagram of this kind of run.' : 'Nothing has happened yet. Step, or run until something happens.', { class: 'wait' }));
    return;
  }
  const canvas = make('canvas', '', { tabindex: '0', role: 'application', 'aria-describedby': 'keys', 'aria-label': 'Space-time diagram of the run so far' });
  const figure = make('figure', '', { class: 'diagram' });
  figure.append(canvas);
  parts.stage.replaceChildren(figure);
  diagram = new Diagram(canvas, session.drawing, { inPage: true });
  diagram.scale.top = top ?? 0;
  diagram.begin();
  diagram.scale.zoom = Math.max(diagram.scale.zoom, 0.6);
  diagram.show(diagram.lastTime, 0.75);
}

function showSession() {
  put($('debug'), 'session', frame);
  parts.count.textContent = `${session.done} events, ${seconds(session.due)}`;
  parts.broken.hidden = !session.broken;
  parts.broken.textContent = session.broken ? `broken: ${session.broken}` : '';
  const next = session.next || [];
  parts.next.replaceChildren(...next.map((text, i) => {
    const li = make('li');
    li.append(pressed(text, () => say(i ? `choose ${i}` : 'next'), { class: i ? '' : 'first', title: i ? 'let this one come first: another branch' : 'comes by itself' }));
    return li;
  }));
  if (!next.length) parts.next.append(make('li', session.broken ? 'Nothing: a rule is broken. Back shows what came before.' : 'Nothing more happens.'));
  if (session.more) parts.next.append(make('li', `and ${session.more} more`));
  parts.past.replaceChildren(...(session.past || []).toReversed().map((text) => make('li', text)));
  parts.nodes.replaceChildren(...nodeParts(session.nodes || ''));
  parts.said.textContent = session.text;
  parts.again.replaceChildren(...session.again.split('\n').slice(0, 1).map(command));
  drawRun();
}

async function answered(promise) {
  busy = true;
  $('debug').setAttribute('aria-busy', 'true');
  try {
    session = await promise;
    if (session.over) { session = null; idle(); } else showSession();
  } catch (e) {
    if (session) { parts.broken.hidden = false; parts.broken.textContent = e.message; } else put($('debug'), ['error', e.message], () => [trouble(e), beginButton()]);
  }
  busy = false;
  $('debug').removeAttribute('aria-busy');
}

function say(line) {
  if (session && !busy) answered(post('step/line', { Session: session.session, Line: line }));
}

// begin begins a session for a failure.
function begin(f) {
  if (busy || !f) return;
  about = f;
  session = null;
  put($('debug'), ['begins', f.scenario, f.seed], () => [make('p', 'Beginning the session …', { class: 'wait' })]);
  answered(post('step', { Scenario: f.scenario, Seed: f.seed, Small: f.small }));
}

let offered = null;

function beginButton() {
  return pressed(`Step through ${offered.scenario}/${offered.seed}`, () => begin(offered), { class: 'main begin' });
}

// idle offers a session.
function idle() {
  put($('debug'), ['idle', offered?.scenario, offered?.seed], () => {
    if (!offered) return [make('p', 'Nothing fails at this step: there is no run to step through.', { class: 'wait' })];
    return [make('p', 'The debugger takes a run event by event. At each point you see what may come next, and can let something else come first.', { class: 'wait' }), beginButton()];
  });
}

// offer says which failure is looked at.
export function offer(f) {
  offered = f || null;
  if (!session && !busy) idle();
}

// opened begins a session if there is none yet.
export function opened() {
  if (!session && offered) begin(offered);
}

export const steps = { on: () => say('next'), back: () => say('back') };
