// A drawing as items: messages and links go from lane to lane, marks stand on one.

// seconds says a time, which is in nanoseconds, without needless zeros.
export function seconds(ns) {
  const s = ns / 1e9;
  const digits = Math.abs(ns) < 1e6 ? 9 : 6;
  return s.toFixed(digits).replace(/(\.\d{3}(?:\d{3})*?)(?:000)+$/, '$1') + ' s';
}

// lanesOf names the lanes, in full and without what all addresses have in common.
function lanesOf(addresses) {
  const ports = new Set(addresses.map((a) => a.slice(a.lastIndexOf(':'))));
  const hosts = addresses.map((a) => a.slice(0, a.lastIndexOf(':')));
  const sameHost = new Set(hosts).size === 1;
  let common = 0;
  if (addresses.length > 1 && !sameHost) {
    const parts = hosts.map((h) => h.split('.'));
    while (common < parts[0].length - 1 && parts.every((p) => p[common] === parts[0][common])) common++;
  }
  return addresses.map((addr, n) => {
    const port = addr.slice(addr.lastIndexOf(':'));
    const host = hosts[n].split('.').slice(common).join('.');
    const short = sameHost && addresses.length > 1 ? port : (common ? '.' : '') + host + (ports.size > 1 ? port : '');
    return { addr, n, short, shown: true, x: NaN };
  });
}

export function shortKind(kind) {
  return kind.replace(/^gossip:/, '').replace(/^search_response:/, 'answer:');
}

function messageTitle(m) {
  if (m.type === 'response') return (m.kind ? shortKind(m.kind) : 'response') + ' reply';
  if (m.type === 'request') return shortKind(m.kind) + ' request';
  return m.kind ? shortKind(m.kind) : m.type;
}

function messageItem(m, nodes, at) {
  const title = messageTitle(m);
  return {
    type: 'message', layer: m.layer, kind: m.kind || m.type, title, text: m.summary, from: m.f, to: m.g,
    t0: at(m.s), t1: m.r ? at(m.r) : undefined, e0: m.s, e1: m.r, m,
    hay: [title, m.kind, m.summary, m.gossip, m.search, m.tx?.id, m.block?.hash, nodes[m.f], nodes[m.g], m.type].join(' ').toLowerCase(),
  };
}

// The words for what is no message, and the group by which it is shown or not.
const markWords = {
  boot: ['boots', 'always'], crash: ['crashes', 'always'], work: ['does', 'always'], log: ['logs', 'logs'], timer: ['timer', 'timers'],
  reset: ['connection fails', 'connections'], refuse: ['dial fails', 'connections'], dial: ['dials', 'connections'],
  close: ['closes', 'connections'], end: ['peer closed', 'connections'], accept: ['accepts', 'connections'], connect: ['connected', 'connections'],
  write: ['writes', 'pieces'], receive: ['receives', 'pieces'],
};

function markItem(e, nodes) {
  const [word, group] = markWords[e.k] || [e.k, 'always'];
  const text = e.x || (e.p ? (e.in ? 'from ' : 'to ') + e.p : '') + (e.b ? `, ${e.b} bytes` : '');
  return {
    type: 'mark', kind: e.k, title: word, text, group, from: e.n, to: e.n, t0: e.t, t1: e.t, e0: e.i, e,
    hay: [word, text, nodes[e.n]].join(' ').toLowerCase(),
  };
}

// linkItem is what a connection's begin or end looks like between two lanes.
function linkItem(cause, e, nodes) {
  const title = { accept: 'dial', connect: 'accepted', end: 'close' }[e.k];
  return {
    type: 'link', layer: 'network', kind: e.k, title, text: `connection ${e.c}`, group: 'connections', from: cause.n, to: e.n,
    t0: cause.t, t1: e.t, e0: cause.i, e1: e.i, e,
    hay: [title, nodes[cause.n], nodes[e.n]].join(' ').toLowerCase(),
  };
}

function allItems(drawing, eventOf) {
  const nodes = drawing.header.nodes;
  const items = drawing.messages.map((m) => messageItem(m, nodes, (i) => eventOf.get(i)?.t));
  const linked = new Set();
  for (const e of drawing.events) {
    const cause = e.u && eventOf.get(e.u);
    if (cause && cause.n >= 0 && e.n >= 0 && cause.n !== e.n && ['accept', 'connect', 'end'].includes(e.k)) {
      items.push(linkItem(cause, e, nodes));
      if (e.k !== 'connect') linked.add(cause.i); // the accept is a mark of its own
      linked.add(e.i);
    }
  }
  for (const e of drawing.events) {
    if (e.n >= 0 && e.k !== 'failure' && !linked.has(e.i)) items.push(markItem(e, nodes));
  }
  items.sort((a, b) => a.t0 - b.t0 || a.e0 - b.e0);
  items.forEach((item, i) => { item.n = i; });
  return items;
}

// itemsOf makes everything that a diagram looks up from a drawing.
export function itemsOf(drawing) {
  const { events, header } = drawing;
  const eventOf = new Map(events.map((e) => [e.i, e]));
  const items = allItems(drawing, eventOf);
  const effects = new Map(); // events to those that they led to
  for (const e of events) {
    if (e.u && !effects.has(e.u)) effects.set(e.u, []);
    if (e.u) effects.get(e.u).push(e.i);
  }
  const itemOf = new Map(); // events to the item that shows them
  for (const item of items) {
    if (item.e1 && !itemOf.has(item.e1)) itemOf.set(item.e1, item);
    itemOf.set(item.e0, itemOf.get(item.e0) || item);
  }
  const lanes = lanesOf(header.nodes);
  return {
    items, eventOf, effects, itemOf, lanes, laneOf: new Map(lanes.map((l) => [l.addr, l])),
    firstTime: events.length ? events[0].t : 0, lastTime: events.length ? events[events.length - 1].t : 0,
  };
}
