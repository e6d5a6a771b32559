// The run, as items that can be drawn: messages and links go from lane to lane, marks stand on one.
const run = JSON.parse($('run').textContent);
const header = run.header;
const failure = header.failure || null;
const faults = run.faults;
const lanes = header.nodes.map((addr, n) => ({ addr, n, shown: true, short: addr }));
const eventOf = new Map(run.events.map((e) => [e.i, e]));
const at = (i) => eventOf.get(i)?.t;
const laneOf = new Map(lanes.map((l) => [l.addr, l]));

// shortenNames leaves out what all addresses have in common.
function shortenNames() {
  const ports = new Set(lanes.map((l) => l.addr.slice(l.addr.lastIndexOf(':'))));
  const hosts = lanes.map((l) => l.addr.slice(0, l.addr.lastIndexOf(':')));
  const sameHost = new Set(hosts).size === 1;
  let common = 0;
  if (lanes.length > 1 && !sameHost) {
    const parts = hosts.map((h) => h.split('.'));
    while (common < parts[0].length - 1 && parts.every((p) => p[common] === parts[0][common])) common++;
  }
  lanes.forEach((l, i) => {
    const port = l.addr.slice(l.addr.lastIndexOf(':'));
    const host = hosts[i].split('.').slice(common).join('.');
    l.short = sameHost && lanes.length > 1 ? port : (common ? '.' : '') + host + (ports.size > 1 ? port : '');
  });
}

function shortKind(kind) {
  return kind.replace(/^gossip:/, '').replace(/^search_response:/, 'answer:');
}

function messageTitle(m) {
  if (m.type === 'response') return (m.kind ? shortKind(m.kind) : 'response') + ' reply';
  if (m.type === 'request') return shortKind(m.kind) + ' request';
  return m.kind ? shortKind(m.kind) : m.type;
}

function messageItem(m) {
  const t0 = at(m.s);
  const t1 = m.r ? at(m.r) : undefined;
  const title = messageTitle(m);
  return {
    type: 'message', layer: m.layer, kind: m.kind || m.type, title, text: m.summary, from: m.f, to: m.g, t0, t1, e0: m.s, e1: m.r, m,
    hay: [title, m.kind, m.summary, m.gossip, m.search, m.tx?.id, m.block?.hash, header.nodes[m.f], header.nodes[m.g], m.type].join(' ').toLowerCase(),
  };
}

// The words for what is no message, and the group by which it is shown or not.
const markWords = {
  boot: ['boots', 'always'], crash: ['crashes', 'always'], work: ['does', 'always'], log: ['logs', 'logs'], timer: ['timer', 'timers'],
  reset: ['connection fails', 'connections'], refuse: ['dial fails', 'connections'], dial: ['dials', 'connections'],
  close: ['closes', 'connections'], end: ['peer closed', 'connections'], accept: ['accepts', 'connections'], connect: ['connected', 'connections'],
  write: ['writes', 'pieces'], receive: ['receives', 'pieces'],
};

function markItem(e) {
  const [word, group] = markWords[e.k] || [e.k, 'always'];
  const text = e.x || (e.p ? (e.in ? 'from ' : 'to ') + e.p : '') + (e.b ? `, ${e.b} bytes` : '');
  return {
    type: 'mark', kind: e.k, title: word, text, group, from: e.n, to: e.n, t0: e.t, t1: e.t, e0: e.i, e,
    hay: [word, text, header.nodes[e.n]].join(' ').toLowerCase(),
  };
}

// linkItem is what a connection's begin or end looks like between two lanes.
function linkItem(cause, e) {
  const title = { accept: 'dial', connect: 'accepted', end: 'close' }[e.k];
  return {
    type: 'link', layer: 'network', kind: e.k, title, text: `connection ${e.c}`, group: 'connections', from: cause.n, to: e.n,
    t0: cause.t, t1: e.t, e0: cause.i, e1: e.i, e,
    hay: [title, header.nodes[cause.n], header.nodes[e.n]].join(' ').toLowerCase(),
  };
}

function makeItems() {
  const items = run.messages.map(messageItem);
  const linked = new Set();
  for (const e of run.events) {
    const cause = e.u && eventOf.get(e.u);
    if (cause && cause.n >= 0 && e.n >= 0 && cause.n !== e.n && ['accept', 'connect', 'end'].includes(e.k)) {
      items.push(linkItem(cause, e));
      if (e.k !== 'connect') linked.add(cause.i); // the accept is a mark of its own
      linked.add(e.i);
    }
  }
  for (const e of run.events) {
    if (e.n >= 0 && e.k !== 'failure' && !linked.has(e.i)) items.push(markItem(e));
  }
  items.sort((a, b) => a.t0 - b.t0 || a.e0 - b.e0);
  items.forEach((item, i) => { item.n = i; });
  return items;
}

shortenNames();
const items = makeItems();
const lastTime = run.events.length ? run.events[run.events.length - 1].t : 0;
const firstTime = run.events.length ? run.events[0].t : 0;
const causes = new Map(); // events to those that they led to
for (const e of run.events) {
  if (e.u && !causes.has(e.u)) causes.set(e.u, []);
  if (e.u) causes.get(e.u).push(e.i);
}
const itemOf = new Map(); // events to the item that shows them
for (const item of items) {
  if (item.e1 && !itemOf.has(item.e1)) itemOf.set(item.e1, item);
  itemOf.set(item.e0, itemOf.get(item.e0) || item);
}

// The filter says which items are shown, in order of time.
const filter = { layers: new Set(layerNames), kind: '', query: '', groups: new Set(['always', 'connections', 'logs']) };
let shown = [];
let latest = []; // of shown: the latest end up to each

function passes(item) {
  if (item.from >= 0 && !lanes[item.from].shown) return false;
  if (item.to >= 0 && !lanes[item.to].shown) return false;
  if (item.type === 'message' && !filter.layers.has(item.layer)) return false;
  if (item.type === 'link' && !filter.layers.has('network')) return false;
  if (item.group && !filter.groups.has(item.group)) return false;
  if (filter.kind && (item.type !== 'message' || item.kind !== filter.kind)) return false;
  return !filter.query || item.hay.includes(filter.query);
}

function applyFilter() {
  shown = items.filter(passes);
  let most = -Infinity;
  latest = shown.map((item) => (most = Math.max(most, item.t1 ?? item.t0)));
}

function seconds(ns) {
  const s = ns / 1e9;
  const digits = Math.abs(ns) < 1e6 ? 9 : 6;
  return s.toFixed(digits).replace(/(\.\d{3}(?:\d{3})*?)(?:000)+$/, '$1') + ' s';
}
