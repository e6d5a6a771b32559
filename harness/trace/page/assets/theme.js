// Colours come from the style sheet, so that light, dark and print are told in one place.
const names = ['paper', 'panel', 'line', 'ink', 'soft', 'faint', 'lane', 'accent', 'bad', 'bad-soft', 'good', 'band', 'halo',
  'network', 'messaging', 'p2p', 'gossip', 'mempool', 'chain', 'sans', 'mono'];
const layerNames = ['network', 'messaging', 'p2p', 'gossip', 'mempool', 'chain'];
const colour = {};

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  for (const name of names) colour[name] = style.getPropertyValue('--' + name).trim();
}

// printTheme is for paper, whatever the screen has.
function printTheme() {
  Object.assign(colour, {
    paper: '#fff', panel: '#fff', line: '#ccc', ink: '#000', soft: '#444', faint: '#777', lane: '#aaa', accent: '#0b5cad',
    bad: '#b00020', 'bad-soft': '#fbe6e4', good: '#1c7a43', band: '#8a6d1f', halo: '#fff',
    network: '#555', messaging: '#0d6f7c', p2p: '#1b4fb5', gossip: '#6a2aa8', mempool: '#9a4e00', chain: '#0d6a3f',
  });
}

const $ = (id) => document.getElementById(id);

// make creates an element with a text and attributes.
function make(tag, text, attributes = {}) {
  const e = document.createElement(tag);
  if (text !== undefined && text !== '') e.textContent = text;
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}
