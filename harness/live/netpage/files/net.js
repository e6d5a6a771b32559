// The network that is crawled, as it comes and goes.
import { make } from './kit/elements.js';
import { networkMap, shortNames } from './kit/netmap.js';

const $ = (id) => document.getElementById(id);
const map = networkMap($('picture'));
const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;

function nodeTable({ self, nodes }) {
  const table = make('table');
  const head = make('tr');
  for (const name of ['node', 'peers']) head.append(make('th', name, { scope: 'col' }));
  const body = make('tbody');
  for (const n of nodes) {
    const row = make('tr');
    const name = make('td', n.addr);
    if (n.addr === self) name.append(make('em', 'yours'));
    row.append(name, make('td', n.asked ? String(n.peers.length) : 'not asked'));
    body.append(row);
  }
  const top = make('thead');
  top.append(head);
  table.append(top, body);
  return table;
}

function show(state) {
  const { self, nodes, links, lines } = state;
  const own = nodes.find((n) => n.addr === self);
  const { common } = shortNames(nodes.map((n) => n.addr));
  $('sum').textContent = `${count(nodes.length, 'node')}, ${count(links.length, 'link')}, ${count(own?.peers.length || 0, 'peer')} of yours${common ? `, all at ${common}` : ''}`;
  map({ self, links, nodes: nodes.map((n) => n.addr), silent: new Set(nodes.filter((n) => !n.asked).map((n) => n.addr)) });
  $('nodes').replaceChildren(nodeTable(state));
  $('lines').replaceChildren(...(lines || []).toReversed().map((text) => make('li', text)));
}

function trouble(text) {
  $('trouble').hidden = !text;
  $('trouble').textContent = text;
}

const source = new EventSource('events');
source.addEventListener('state', (e) => { trouble(''); show(JSON.parse(e.data)); });
source.addEventListener('end', () => { source.close(); trouble('strata try has ended.'); });
source.addEventListener('error', () => trouble('strata try does not answer.'));
