// Where time and lanes are on the canvas. By default idle times are squeezed: what one looks for is the order
// of things. Places are pixels at zoom 1. Every function takes the diagram, d.

export const margin = 26;
const leastLane = 46; // pixels
export const rowHeight = 13; // of things of one instant, which stand below each other

// newScale is the state of a scale before it is built.
export function newScale() {
  return { linear: false, zoom: 1, top: 0, left: 0, knots: [0], places: [0], width: 0, height: 0, gutter: 96, head: 34, strip: 14, foot: 34 };
}

// rebuildScale places the times of everything that is shown. After one with several rows there is room for them.
export function rebuildScale(d) {
  const rows = new Map([[d.firstTime, 0]]); // times to the rows that stand there
  const note = (t, n) => rows.set(t, Math.max(rows.get(t) || 0, n));
  for (const item of d.shown) {
    const deep = item.row + (item.lines?.length || 1) - 1;
    note(item.t0, deep);
    if (item.t1 !== undefined) note(item.t1, deep);
  }
  if (d.failure) note(d.failure.t, rows.has(d.failure.t) ? rows.get(d.failure.t) + 1 : 0); // a row of its own
  for (const f of d.faults) {
    if (f.t <= d.lastTime) note(f.t, 0);
    if (f.for && f.t + f.for <= d.lastTime) note(f.t + f.for, 0);
  }
  const s = d.scale;
  s.knots = Float64Array.from(rows.keys()).sort();
  s.places = new Float64Array(s.knots.length);
  for (let i = 1; i < s.knots.length; i++) {
    const more = s.linear ? 0 : rows.get(s.knots[i - 1]) * rowHeight;
    s.places[i] = s.places[i - 1] + room(s, s.knots[i] - s.knots[i - 1]) + more;
  }
  s.rows = rows;
  s.last = (rows.get(s.knots[s.knots.length - 1]) || 0) * rowHeight;
}

// room is what a span of time takes, in pixels.
function room(s, dt) {
  if (s.linear) return dt / 1e6;
  return 7 + 10 * Math.log2(1 + dt / 5e6);
}

export const total = (d) => d.scale.places[d.scale.places.length - 1];

// below is the last index whose value is at most x.
export function below(values, x) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle] <= x) low = middle; else high = middle - 1;
  }
  return low;
}

export function between(s, from, to, x) {
  const i = below(from, x);
  const j = Math.min(i + 1, from.length - 1);
  if (i === j || from[j] === from[i]) return to[i] + (s.linear ? (x - from[i]) * (from === s.knots ? 1e-6 : 1e6) : 0);
  return to[i] + (x - from[i]) / (from[j] - from[i]) * (to[j] - to[i]);
}

export function yOf(d, t, row = 0) {
  const s = d.scale;
  return s.head + margin + between(s, s.knots, s.places, t) * s.zoom - s.top + row * rowHeight * (s.linear ? 1 : Math.min(1, s.zoom));
}

export function timeAt(d, y) {
  const s = d.scale;
  return between(s, s.places, s.knots, Math.max(0, (y - s.head - margin + s.top) / s.zoom));
}

export function laneWidth(d) {
  const n = Math.max(1, d.lanes.filter((l) => l.shown).length);
  return Math.max(leastLane, (d.scale.width - d.scale.gutter - d.scale.strip - 8) / n);
}

// placeLanes gives every shown lane its x.
export function placeLanes(d) {
  const wide = laneWidth(d);
  let i = 0;
  for (const l of d.lanes) l.x = l.shown ? d.scale.gutter + wide * (i++ + 0.5) - d.scale.left : NaN;
}

export const contentHeight = (d) => total(d) * d.scale.zoom + d.scale.last + d.scale.head + 2 * margin + d.scale.foot;
export const contentWidth = (d) => d.scale.gutter + d.scale.strip + 8 + laneWidth(d) * d.lanes.filter((l) => l.shown).length;

export function clampView(d) {
  const s = d.scale;
  s.top = Math.max(0, Math.min(s.top, contentHeight(d) - s.height));
  s.left = Math.max(0, Math.min(s.left, contentWidth(d) - s.width));
}

export function zoomBy(d, factor, y = d.scale.height / 2) {
  const s = d.scale;
  const place = (y - s.head - margin + s.top) / s.zoom;
  const smallest = Math.min(1, wholeZoom(d));
  s.zoom = Math.max(smallest, Math.min(s.linear ? 1e6 : 40, s.zoom * factor));
  s.top = place * s.zoom + s.head + margin - y;
}

// wholeZoom is the zoom at which the whole run is in view.
export const wholeZoom = (d) => (d.scale.height - d.scale.head - 2 * margin - d.scale.foot - d.scale.last) / Math.max(1, total(d));

export function zoomToFit(d) {
  d.scale.zoom = Math.max(1e-3, Math.min(d.scale.linear ? 1e6 : 2.2, wholeZoom(d)));
  d.scale.top = 0;
}

// showTime scrolls so that a time is at that part of the height.
export function showTime(d, t, part = 0.5) {
  d.scale.top += yOf(d, t) - d.scale.head - (d.scale.height - d.scale.head) * part;
}

// inView lists the shown items that reach into the window.
export function inView(d) {
  const from = timeAt(d, d.scale.head - 60);
  const to = timeAt(d, d.scale.height + 40);
  let low = 0;
  let high = d.shown.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (d.latest[middle] < from) low = middle + 1; else high = middle;
  }
  const found = [];
  for (let i = low; i < d.shown.length && d.shown[i].t0 <= to; i++) {
    if ((d.shown[i].t1 ?? d.shown[i].t0) >= from) found.push(d.shown[i]);
  }
  return found;
}
