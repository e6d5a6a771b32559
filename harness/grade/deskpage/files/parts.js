// What the views share.
import { make, pressed } from './kit/elements.js';

export const $ = (id) => document.getElementById(id);

// put fills an element if what it shows is not what it has: nothing that is unfolded or focused is lost without need.
export function put(element, key, build) {
  const mark = JSON.stringify(key);
  if (element.dataset.shows === mark) return false;
  element.dataset.shows = mark;
  element.replaceChildren(...build());
  return true;
}

// box is a part of a view under a heading.
export function box(title, cls, ...inside) {
  const b = make('section', '', { class: `box ${cls}`, 'aria-label': title });
  b.append(make('h3', title), ...inside);
  return b;
}

export const glyphs = { passed: '✓', failed: '✕', blocked: '⊘', 'not written yet': '○', 'does not compile': '!', refused: '!', 'not handed in': '–' };

export const statusClass = (status) => (status ? status.replaceAll(' ', '-') : 'unknown');

// badge is a status in a word and a sign.
export function badge(status) {
  const b = make('span', '', { class: `badge ${statusClass(status)}` });
  b.append(make('i', glyphs[status] || '·', { 'aria-hidden': 'true' }), status || 'not graded yet');
  return b;
}

// choice is a row of buttons of which one is pressed.
export function choice(label, options, chosen, pick) {
  const row = make('div', '', { class: 'choice', role: 'group', 'aria-label': label });
  const buttons = options.map(([value, text]) => pressed(text, () => {
    for (const b of buttons) b.setAttribute('aria-pressed', String(b === buttons[options.findIndex((o) => o[0] === value)]));
    pick(value);
  }, { 'aria-pressed': String(value === chosen) }));
  row.append(...buttons);
  return row;
}

// trouble is a line that says what is wrong.
export const trouble = (error) => make('p', error.message || String(error), { class: 'error', role: 'alert' });
