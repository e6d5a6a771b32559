// The panel at the right: everything that is known of the selected item.
const panel = $('details');

function select(item, show = true) {
  view.selected = item;
  view.chain = new Set(item ? causeChain(item) : []);
  describe(item);
  if (item && show) reveal(item);
  $('live').textContent = item ? `${seconds(item.t0)}, ${header.nodes[item.from] || ''}, ${item.title}, ${item.text}` : '';
  paint();
}

// causeChain follows the causes back to where nothing is known.
function causeChain(item) {
  const chain = [];
  let cause = eventOf.get(item.e0)?.u;
  for (let i = 0; cause && i < 300; i++) {
    const found = itemOf.get(cause);
    if (found && found !== item && found !== chain[chain.length - 1]) chain.push(found);
    cause = eventOf.get(cause)?.u;
  }
  return chain;
}

// reveal scrolls so that the item is in the window.
function reveal(item) {
  const y0 = yOf(item.t0);
  const y1 = yOf(item.t1 ?? item.t0);
  if (y0 < head + 20 || y1 > scale.height - 20) showTime(item.t0, 0.4);
  const x = lanes[item.from]?.x;
  if (x < gutter + 10) scale.left -= gutter + 40 - x;
  if (x > scale.width - strip - 20) scale.left += x - scale.width + strip + 60;
}

function fieldList(pairs) {
  const list = make('dl');
  for (const [name, value] of pairs) {
    if (value === undefined || value === null || value === '') continue;
    list.append(make('dt', name), make('dd', String(value)));
  }
  return list;
}

function describe(item) {
  panel.replaceChildren();
  if (!item) {
    describeRun();
    return;
  }
  panel.append(make('h2', item.title));
  if (item.text) panel.append(make('p', item.text));
  panel.append(jumps(item));
  if (item.type === 'message') describeMessage(item); else describeEvent(item);
}

function describeRun() {
  panel.append(make('h2', 'Select a message or a mark'), make('p', 'What led to it is then drawn bold. Keys: ?'));
  panel.append(fieldList([
    ['scenario', header.scenario], ['seed', header.scenario ? header.seed : ''], ['rules', (header.rules || []).join(', ')],
    ['nodes', lanes.length], ['messages', run.messages.length], ['ends at', seconds(lastTime)],
    ['left out', header.dropped ? `${header.dropped} earlier events` : ''],
  ]));
  if (header.why?.futures) describeWhy(header.why);
  if (faults.length) panel.append(make('h3', 'Faults'));
  for (const f of [...faults].sort((a, b) => a.t - b.t).slice(0, 60)) {
    panel.append(fieldList([[seconds(f.t), f.said]]));
  }
}

// jumps are the ways to cause and effects.
function jumps(item) {
  const box = make('div', '', { class: 'go' });
  const add = (text, index) => {
    const to = itemOf.get(index);
    if (!to || to === item) return;
    const b = make('button', `${text} ${to.title}, ${seconds(to.t0)}`, { type: 'button' });
    b.addEventListener('click', () => select(to));
    box.append(b);
  };
  add('cause:', eventOf.get(item.e0)?.u);
  const effects = [...(causes.get(item.e1 || item.e0) || [])];
  for (const index of effects.slice(0, 12)) add('then:', index);
  return box;
}

function describeMessage(item) {
  const m = item.m;
  panel.append(fieldList([
    ['from', header.nodes[item.from]], ['to', header.nodes[item.to] || eventOf.get(m.s)?.p],
    ['sent', seconds(item.t0)], ['received', item.t1 === undefined ? 'not in this run' : seconds(item.t1)],
    ['took', item.t1 === undefined ? '' : seconds(item.t1 - item.t0)],
    ['layer', m.layer], ['type', m.type], ['id', m.type === 'request' || m.type === 'response' ? m.id ?? 0 : ''], ['kind', m.kind],
    ['connection', `${eventOf.get(m.s)?.c}, message ${m.n}`], ['size', `${m.size} bytes`],
    ['gossip id', m.gossip], ['search id', m.search],
    ['accepted', m.accepted], ['peers', m.peers?.length ? m.peers.slice(0, 40).join(' ') : ''],
  ]));
  if (m.tx) describeTx('Transaction', m.tx);
  if (m.block) {
    panel.append(make('h3', `Block ${m.block.number}`), fieldList([
      ['hash', m.block.hash], ['parent', m.block.parent], ['coinbase', m.block.coinbase], ['nonce', m.block.nonce], ['transactions', m.block.txs.length],
    ]));
    m.block.txs.slice(0, 20).forEach((tx, i) => describeTx(`Transaction ${i + 1}`, tx));
  }
  if (m.d) {
    panel.append(make('h3', 'Bytes'), make('pre', hexDump(decodeBase64(m.d)), { tabindex: '0', 'aria-label': 'bytes in hex and ASCII' }));
    if (m.size > 2048) panel.append(make('p', `the first 2048 of ${m.size}`));
  }
}

function describeTx(title, tx) {
  panel.append(make('h3', title), fieldList([
    ['id', tx.id], ['sender', tx.sender], ['recipient', tx.recipient], ['amount', tx.amount], ['nonce', tx.nonce],
  ]));
}

function describeEvent(item) {
  const e = item.e;
  panel.append(fieldList([
    ['node', header.nodes[e.n]], ['time', seconds(e.t)], ['event', `${e.i}, ${e.k}`],
    ['peer', e.p], ['connection', e.c], ['bytes', e.b], ['told', item.type === 'link' ? `from ${header.nodes[item.from]}, ${seconds(item.t0)}` : ''],
  ]));
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
