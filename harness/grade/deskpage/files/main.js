// The page begins: it follows the desk, and shows what is chosen.
import { make } from './kit/elements.js';
import { ask, post, follow } from './api.js';
import { $ } from './parts.js';
import { showSteps } from './steps.js';
import { showWork, intoDiagram } from './work.js';
import { offer, opened, steps as stepping } from './debug.js';

let state = null;
let course = {};
let chosen = null; // a step that the user chose; null: the one under work
let picked = null; // a scenario of it

const tabs = ['work', 'debug', 'chapter'];
let tab = 'work';

const allSteps = () => state.layers.flatMap((l) => l.steps);

// followed is the step under work: the first that fails, else the next one to write, else the first.
function followed() {
  return state.failures[0]?.step || state.next || allSteps()[0]?.id;
}

function statusText() {
  const s = state;
  if (s.phase === 'gone') return `${s.dir} holds no layers now: waiting until they are back`;
  if (s.error) return `not graded: ${s.error}`;
  if (s.early) return `${s.early.step} fails: ${s.early.text}`;
  if (s.phase === 'grading') return `grading ${s.doing?.length > 6 ? 'everything' : (s.doing || []).join(', ') || ''} …`;
  if (s.changes) return s.changes;
  const failing = new Set(s.failures.map((f) => f.step)).size;
  if (s.points === s.of) return 'everything passes';
  return failing ? `${failing} ${failing === 1 ? 'step fails' : 'steps fail'}` : s.next ? `next: ${s.next}` : 'nothing fails';
}

function showBar() {
  $('dir').textContent = state.dir;
  $('dir').title = state.dir;
  const status = $('status');
  status.textContent = statusText();
  status.className = state.phase === 'gone' || state.error ? 'bad' : state.early || state.failures.length ? 'fails' : state.phase;
  status.classList.toggle('busy', state.phase === 'grading');
  $('points').textContent = `${state.points} of ${state.of} points`;
  $('done').style.width = `${100 * state.points / Math.max(1, state.of)}%`;
  document.title = `${state.failures.length ? '✕' : state.phase === 'grading' ? '…' : '✓'} ${state.points}/${state.of} Strata desk`;
}

function showChapter() {
  const step = chosen || followed();
  const url = course[step?.split('.')[0]]?.url;
  if (!url || tab !== 'chapter') return;
  let frame = $('chapter').querySelector('iframe');
  if (!frame) {
    frame = make('iframe', '', { title: 'The chapter' });
    $('chapter').replaceChildren(frame);
  }
  if (frame.dataset.url === url) return;
  frame.dataset.url = url;
  frame.src = url;
}

function showAll() {
  if (!state) return;
  const id = chosen && allSteps().some((s) => s.id === chosen) ? chosen : followed();
  const step = allSteps().find((s) => s.id === id);
  showBar();
  showSteps(state, id, choose);
  $('follow').checked = chosen === null;
  if (!step) return;
  const f = showWork(state, step, course[id.split('.')[0]]?.steps[id], picked, (scenario) => { picked = scenario; showAll(); });
  offer(f);
  showChapter();
}

function choose(id) {
  chosen = id;
  picked = null;
  showAll();
}

function openTab(name, focus = false) {
  tab = name;
  for (const t of tabs) {
    const button = $(`tab-${t}`);
    button.setAttribute('aria-selected', String(t === name));
    button.tabIndex = t === name ? 0 : -1;
    $(t).hidden = t !== name;
    if (t === name && focus) button.focus();
  }
  if (name === 'debug') opened();
  showChapter();
}

function trouble(text) {
  $('trouble').hidden = !text;
  $('trouble').textContent = text;
}

function setLight() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  try { localStorage.theme = root.dataset.theme; } catch { }
  const frame = $('chapter').querySelector('iframe');
  if (frame) frame.contentDocument.documentElement.dataset.theme = root.dataset.theme;
}

function showKeys(on) {
  $('keys').hidden = !on;
  $('help').setAttribute('aria-expanded', String(on));
  (on ? $('close') : $('help')).focus();
}

const press = (key) => post('key', { Key: key }).catch((e) => trouble(e.message));

const keys = {
  1: () => openTab('work', true), 2: () => openTab('debug', true), 3: () => openTab('chapter', true),
  a: () => press('a'), s: () => press('s'),
  h: () => $('hint')?.click(),
  d: () => { openTab('work'); intoDiagram(); },
  j: () => tab === 'debug' && stepping.on(), k: () => tab === 'debug' && stepping.back(),
  '?': () => showKeys($('keys').hidden),
};

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Escape' && !$('keys').hidden) { showKeys(false); return; }
  const typing = ['INPUT', 'SELECT', 'TEXTAREA'].includes(e.target.tagName) && e.target.type !== 'checkbox';
  if (typing || e.target.tagName === 'CANVAS' || !keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
}

function onTabKey(e) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!by) return;
  e.preventDefault();
  openTab(tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length], true);
}

for (const t of tabs) $(`tab-${t}`).addEventListener('click', () => openTab(t));
$('tabs').addEventListener('keydown', onTabKey);
$('follow').addEventListener('change', () => { chosen = $('follow').checked ? null : followed(); picked = null; showAll(); });
$('all').addEventListener('click', () => press('a'));
$('theme').addEventListener('click', setLight);
$('help').addEventListener('click', () => showKeys($('keys').hidden));
$('close').addEventListener('click', () => showKeys(false));
document.addEventListener('keydown', onKey);

follow({
  show: (s) => { if (s) { state = s; showAll(); } },
  back: () => trouble(''),
  lost: () => trouble('The desk does not answer. If it has ended, start it again: strata desk'),
  ended: () => trouble('The desk has ended. Start it again with strata desk, and open the address that it prints.'),
});
ask('course').then((c) => { course = c; showAll(); }, (e) => trouble(e.message));
