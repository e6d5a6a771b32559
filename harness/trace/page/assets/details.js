// The panel: everything that is known of the selected item, and of the run if none is.
function selected(item) {
  describe(item);
  $('live').textContent = item ? `${seconds(item.t0)}, ${header.nodes[item.from] || ''}, ${item.title}, ${item.text}` : '';
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
    ['nodes', header.nodes.length], ['messages', run.messages.length], ['ends at', seconds(diagram.lastTime)],
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
  const add = (text, to) => {
    if (to && to !== item) box.append(pressed(`${text} ${to.title}, ${seconds(to.t0)}`, () => diagram.select(to)));
  };
  add('cause:', diagram.cause(item));
  for (const to of diagram.led(item).slice(0, 12)) add('then:', to);
  return box;
}

function describeMessage(item) {
  const m = item.m;
  panel.append(fieldList([
    ['from', header.nodes[item.from]], ['to', header.nodes[item.to] || diagram.eventOf.get(m.s)?.p],
    ['sent', seconds(item.t0)], ['received', item.t1 === undefined ? 'not in this run' : seconds(item.t1)],
    ['took', item.t1 === undefined ? '' : seconds(item.t1 - item.t0)],
    ['layer', m.layer], ['type', m.type], ['id', m.type === 'request' || m.type === 'response' ? m.id ?? 0 : ''], ['kind', m.kind],
    ['connection', `${diagram.eventOf.get(m.s)?.c}, message ${m.n}`], ['size', `${m.size} bytes`],
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
