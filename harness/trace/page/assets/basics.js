// What the other scripts of the page share: the run, and how elements are made.
const { Diagram, seconds, layers } = kit;

const $ = (id) => document.getElementById(id);

// make creates an element with a text and attributes.
function make(tag, text, attributes = {}) {
  const e = document.createElement(tag);
  if (text !== undefined && text !== '') e.textContent = text;
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}

// pressed is a button that does something.
function pressed(text, act, attributes = {}) {
  const b = make('button', text, { type: 'button', ...attributes });
  b.addEventListener('click', act);
  return b;
}

const run = JSON.parse($('run').textContent);
const { header, faults } = run;
const failure = header.failure || null;
const panel = $('details');
