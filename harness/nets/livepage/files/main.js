// A live network: what strata tells ten times a second, drawn and in words.
import { h } from './kit/dom.js';
import { show } from './kit/keyed.js';
import { fieldList } from './kit/elements.js';
import { ask } from './api.js';
import { tree } from './chain.js';
import { Controls } from './controls.js';
import { Picture, plain } from './picture.js';
import { clock, count, factor, numbersOf, stands } from './words.js';

const $ = (id) => document.getElementById(id);
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const wordsEvery = 500; // milliseconds between two texts: faster, nobody reads them
const pictureEvery = () => (calm.matches ? 1000 : state?.speed === 0 ? 250 : 100); // colours that change faster flicker

let state = null;
let map = null;
const chosen = { nodes: new Set(), regions: new Set() };

const picture = new Picture($('picture'), (nodes, add) => {
  for (const node of nodes) if (add || !chosen.nodes.has(node)) chosen.nodes.add(node); else chosen.nodes.delete(node);
  choice();
});
const controls = new Controls(() => {
  if (chosen.nodes.size === 0) return { nodes: [], regions: [...chosen.regions] };
  return { nodes: [...all()].sort((a, b) => a - b), regions: [] };
}, said);

// all are the nodes that are chosen, one by one or by region, as far as they are drawn.
function all() {
  const nodes = new Set(chosen.nodes);
  map?.nodes.forEach((node, i) => { if (chosen.regions.has(map.regions[map.region[i]])) nodes.add(node); });
  return nodes;
}

// said shows what came of a click.
function said(text, bad = false) {
  $('trouble').hidden = !bad;
  $('trouble').textContent = bad ? text : '';
  $('came').textContent = bad ? '' : text;
}

// choice shows what is chosen.
async function choice() {
  const nodes = all();
  picture.chosen = nodes;
  picture.draw();
  for (const box of document.querySelectorAll('#regions input')) box.checked = chosen.regions.has(box.value);
  $('chosen').textContent = nodes.size === 0 ? 'Nobody is chosen.' : `${count(nodes.size, 'node')} chosen: ${[...nodes].sort((a, b) => a - b).slice(0, 8).join(', ')}${nodes.size > 8 ? ' …' : ''}`;
  await one();
}

// one shows the node that is chosen, if it is one.
async function one() {
  const [node, ...others] = chosen.nodes.size === 1 && chosen.regions.size === 0 ? chosen.nodes : [];
  if (node === undefined || others.length) return $('one').replaceChildren();
  try {
    const n = await ask(`node?n=${node}`);
    const list = fieldList([['node', `${n.node}${n.region ? `, ${n.region}` : ''}${n.up ? '' : ', down'}`], ['tip', n.up ? `${n.number}, ${n.hash}` : ''],
      ['peers', n.up ? `${n.peers.length}: ${n.peers.slice(0, 12).join(', ')}${n.peers.length > 12 ? ' …' : ''}` : ''], ['waiting', n.up ? count(n.waiting, 'transaction') : ''],
      ['uplink', n.backlog ? `${n.backlog} ms to send` : ''], ['hash power', n.power ? `${(100 * n.power).toPrecision(3)} %` : ''], ['behaviour', n.hostile]]);
    return show($('one'), list);
  } catch (e) {
    return said(e.message, true);
  }
}

$('by-number').onsubmit = (event) => {
  event.preventDefault();
  try {
    chosen.nodes = numbersOf($('numbers').value, map?.all ?? 0);
    said('');
    choice();
  } catch (e) {
    said(e.message, true);
  }
};
$('none').onclick = () => { chosen.nodes.clear(); chosen.regions.clear(); said(''); choice(); };
$('some').onclick = () => {
  const nodes = [...map?.nodes ?? []];
  for (let i = nodes.length - 1; i > 0; i--) { const j = Math.floor(Math.random() * (i + 1)); [nodes[i], nodes[j]] = [nodes[j], nodes[i]]; }
  chosen.regions.clear();
  chosen.nodes = new Set(nodes.slice(0, Math.max(1, Math.round(nodes.length / 3))));
  choice();
};

async function begin() {
  map = await ask('map');
  picture.map = map;
  $('regions').hidden = map.regions.length === 0;
  $('regions').replaceChildren(...map.regions.map((name) => h('label', {}, h('input', {
    type: 'checkbox', value: name, onchange: (event) => { if (event.target.checked) chosen.regions.add(name); else chosen.regions.delete(name); choice(); },
  }), plain(name))));
  const sign = (cls, text) => h('span', {}, h('i', { class: `dot ${cls}`, 'aria-hidden': 'true' }), text);
  $('legend').replaceChildren(h('span', {}, 'A colour for each block: nodes have that of their tip.'), sign('', 'far behind'), sign('ring', 'down'), sign('miner', 'mines'), sign('attacker', 'attacker'), sign('queue', 'waits for its uplink'),
    map.nodes.length < map.all ? h('span', {}, `${map.nodes.length} of ${map.all} nodes are drawn.`) : '');
  choice();
}

function words() {
  const { at, speed, ratio, behind, paused, numbers, tips, more, regions } = state;
  $('title').textContent = state.title;
  $('question').textContent = state.question;
  $('clock').replaceChildren(clock(at), h('small', {}, state.over ? 'over' : paused ? 'paused' : ratio ? `runs ${factor(ratio)}` : ''));
  const slow = behind && !paused && speed > 0 && ratio > 0;
  const again = state.again ? `This click changes how things fare that are on their way already. The run is done again from the start: ${Math.round(100 * state.again)} %.` : '';
  $('slow').hidden = !slow && !state.over && !again;
  $('slow').textContent = again || state.over || (!slow ? '' : ratio < 1
    ? `This network is too large for real time here. It runs as fast as it goes: ${ratio.toPrecision(2)} s of it take a second.`
    : `It cannot keep up with ${factor(speed)}, and runs as fast as it goes: ${factor(ratio)}.`);
  $('stands').textContent = stands(state);
  $('picture').setAttribute('aria-label', `The network. ${stands(state)}`);
  const dot = (block) => h('i', { class: block.number === 0 ? 'dot' : `dot c${block.colour}`, 'aria-hidden': 'true' });
  show($('tips'), table(['tip', 'hash', 'nodes', 'found by'], [...tips.map((tip) => [[dot(tip), String(tip.number)], tip.hash.slice(0, 10), String(tip.nodes), tip.number === 0 ? '' : `node ${tip.node}${tip.attack ? ', attacker' : ''}`]),
    ...(more ? [[`${more} more`, '', '', '']] : [])]));
  const queued = regions.some((r) => r.backlog > 0);
  show($('places'), regions.length ? table(['region', 'up', 'on the first tip', ...(queued ? ['uplink waits'] : [])],
    regions.map((r) => [plain(r.name), `${r.up} of ${r.nodes}`, String(r.agree), ...(queued ? [`${r.backlog} ms`] : [])])) : h('p', { class: 'note' }, 'The file names no regions.'));
  show($('counts'), ...fieldList([['blocks found', numbers.found], ['off the chain', numbers.stale], ['kept back', numbers.secret || ''], ['reorganisations', `${numbers.reorgs} at all nodes together`],
    ['deepest', numbers.deepest ? count(numbers.deepest, 'block') : ''], ['waiting', count(numbers.waiting, 'transaction')], ['uplinks', numbers.backlog ? `up to ${numbers.backlog} ms` : '']]).childNodes);
  const strip = $('blocks');
  const atEnd = strip.scrollLeft + strip.clientWidth > strip.scrollWidth - 60; // the reader has not gone back
  show(strip, tree(state.blocks, new Map(tips.map((tip) => [tip.hash, tip.nodes])), strip.clientWidth));
  if (atEnd) strip.scrollLeft = strip.scrollWidth;
  if (chosen.nodes.size === 1 && !paused) one();
}

const table = (titles, rows) => h('table', {}, h('thead', {}, h('tr', {}, titles.map((title) => h('th', { scope: 'col' }, title)))),
  h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell) => h('td', {}, cell))))));

// later calls f at most every so many milliseconds, and once more after the last call.
function later(f, every) {
  let [last, timer] = [0, null];
  return () => {
    if (timer) return;
    timer = setTimeout(() => { timer = null; last = performance.now(); f(); }, Math.max(0, last + every() - performance.now()));
  };
}

const drawSoon = later(() => picture.show(state), pictureEvery);
const wordsSoon = later(words, () => wordsEvery);

const source = new EventSource('events');
source.addEventListener('state', (event) => {
  const next = JSON.parse(event.data);
  if (next.building) return void ($('stands').textContent = 'The network is being built.');
  const first = state === null;
  state = next;
  controls.show(state);
  drawSoon();
  wordsSoon();
  if (first) begin().catch((e) => said(e.message, true));
});
let lost = false;
source.addEventListener('open', () => { if (lost) said(''); lost = false; });
source.addEventListener('end', () => { source.close(); said('strata net live has ended. Start it again to go on.', true); });
source.addEventListener('error', () => { lost = true; said('strata net live does not answer.', true); });
