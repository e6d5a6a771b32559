// The steps at the side: layer by layer, with their state and points.
import { make } from './kit/elements.js';
import { $, put, glyphs, statusClass } from './parts.js';

const layerState = (l) => (l.points === l.of ? 'whole' : l.points > 0 ? 'part' : 'none');

function stepButton(s, chosen, next, choose) {
  const b = make('button', '', { type: 'button', class: `step ${statusClass(s.status)}` });
  b.dataset.step = s.id;
  if (s.id === chosen) b.setAttribute('aria-current', 'step');
  b.append(make('i', glyphs[s.status] || '·', { 'aria-hidden': 'true' }));
  const text = make('span', '', { class: 'what' });
  text.append(make('b', s.id), ` ${s.title}`);
  if (s.id === next) text.append(make('em', 'under work'));
  b.append(text, make('span', `${s.points}/${s.of}`, { class: 'points' }), make('span', s.status || 'not graded yet', { class: 'aside' }));
  b.addEventListener('click', () => choose(s.id));
  return b;
}

function layerPart(l, state, chosen, choose) {
  const part = make('section', '', { class: `layer ${l.name} ${layerState(l)}` });
  const head = make('h2', l.name);
  head.append(make('span', `${l.points}/${l.of}`, { class: 'points' }));
  part.append(head, ...l.steps.map((s) => stepButton(s, chosen, state.next, choose)));
  return part;
}

// showSteps shows how all steps stand, and which is chosen.
export function showSteps(state, chosen, choose) {
  const nav = $('steps');
  const focused = document.activeElement?.dataset.step;
  const key = [chosen, state.next, state.layers.map((l) => [l.name, l.points, l.steps.map((s) => [s.id, s.status, s.points])])];
  if (!put(nav, key, () => state.layers.map((l) => layerPart(l, state, chosen, choose)))) return;
  if (focused) nav.querySelector(`[data-step="${focused}"]`)?.focus();
  nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
