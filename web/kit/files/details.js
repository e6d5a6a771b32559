// What is known of an item of a diagram, in elements.
import { make, pressed, fieldList } from './elements.js';
import { seconds } from './items.js';

// details has everything that is known of an item of diagram d, and ways to its cause and to what it led to.
export function details(d, item) {
  const all = [make('h2', item.title)];
  if (item.text) all.push(make('p', item.text));
  return [...all, jumps(d, item), ...(item.type === 'message' ? messageDetails(d, item) : eventDetails(d, item))];
}

// jumps are the ways to cause and effects.
function jumps(d, item) {
  const box = make('div', '', { class: 'go' });
  const add = (text, to) => {
    if (to && to !== item) box.append(pressed(`${text} ${to.title}, ${seconds(to.t0)}`, () => d.select(to)));
  };
  add('cause:', d.cause(item));
  for (const to of d.led(item).slice(0, 12)) add('then:', to);
  return box;
}

function messageDetails(d, item) {
  const { header } = d;
  const m = item.m;
  const all = [fieldList([
    ['from', header.nodes[item.from]], ['to', header.nodes[item.to] || d.eventOf.get(m.s)?.p],
    ['sent', seconds(item.t0)], ['received', item.t1 === undefined ? 'not in this run' : seconds(item.t1)],
    ['took', item.t1 === undefined ? '' : seconds(item.t1 - item.t0)],
    ['layer', m.layer], ['type', m.type], ['id', m.type === 'request' || m.type === 'response' ? m.id ?? 0 : ''], ['kind', m.kind],
    ['connection', `${d.eventOf.get(m.s)?.c}, message ${m.n}`], ['size', `${m.size} bytes`],
    ['gossip id', m.gossip], ['search id', m.search],
    ['accepted', m.accepted], ['peers', m.peers?.length ? m.peers.slice(0, 40).join(' ') : ''],
  ])];
  if (m.tx) all.push(...txDetails('Transaction', m.tx));
  if (m.block) {
    all.push(make('h3', `Block ${m.block.number}`), fieldList([
      ['hash', m.block.hash], ['parent', m.block.parent], ['coinbase', m.block.coinbase], ['nonce', m.block.nonce], ['transactions', m.block.txs.length],
    ]));
    m.block.txs.slice(0, 20).forEach((tx, i) => all.push(...txDetails(`Transaction ${i + 1}`, tx)));
  }
  if (m.d) {
    all.push(make('h3', 'Bytes'), make('pre', hexDump(decodeBase64(m.d)), { tabindex: '0', 'aria-label': 'bytes in hex and ASCII' }));
    if (m.size > 2048) all.push(make('p', `the first 2048 of ${m.size}`));
  }
  return all;
}

function txDetails(title, tx) {
  return [make('h3', title), fieldList([
    ['id', tx.id], ['sender', tx.sender], ['recipient', tx.recipient], ['amount', tx.amount], ['nonce', tx.nonce],
  ])];
}

function eventDetails({ header }, item) {
  const e = item.e;
  return [fieldList([
    ['node', header.nodes[e.n]], ['time', seconds(e.t)], ['event', `${e.i}, ${e.k}`],
    ['peer', e.p], ['connection', e.c], ['bytes', e.b], ['told', item.type === 'link' ? `from ${header.nodes[item.from]}, ${seconds(item.t0)}` : ''],
  ])];
}

function decodeBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

function hexDump(bytes) {
  const rows = [];
  for (let i = 0; i < bytes.length; i += 8) {
    const row = [...bytes.slice(i, i + 8)];
    const hex = row.map((b) => b.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
    rows.push(i.toString(16).padStart(4, '0') + '  ' + hex.padEnd(23) + '  ' + text);
  }
  return rows.join('\n');
}
