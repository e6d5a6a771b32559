// Where time and lanes are on the canvas. By default idle times are squeezed: what one looks for is
// the order of things. Positions are pixels at zoom 1.
const scale = { linear: false, zoom: 1, top: 0, left: 0, knots: [0], places: [0], width: 0, height: 0 };
const gutter = 96; // of the times, at the left
const head = 34; // of the names, at the top
const strip = 14; // of the overview, at the right
const least = 46; // pixels of a lane

function rebuildScale() {
  const times = new Set([firstTime]);
  for (const item of shown) {
    times.add(item.t0);
    if (item.t1 !== undefined) times.add(item.t1);
  }
  if (failure) times.add(failure.t);
  for (const f of faults) {
    if (f.t <= lastTime) times.add(f.t);
    if (f.for && f.t + f.for <= lastTime) times.add(f.t + f.for);
  }
  scale.knots = Float64Array.from(times).sort();
  scale.places = new Float64Array(scale.knots.length);
  for (let i = 1; i < scale.knots.length; i++) {
    scale.places[i] = scale.places[i - 1] + room(scale.knots[i] - scale.knots[i - 1]);
  }
}

// room is what a span of time takes, in pixels.
function room(dt) {
  if (scale.linear) return dt / 1e6;
  return 7 + 10 * Math.log2(1 + dt / 5e6);
}

const total = () => scale.places[scale.places.length - 1];

// below is the last index whose value is at most x.
function below(values, x) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle] <= x) low = middle; else high = middle - 1;
  }
  return low;
}

function between(from, to, x) {
  const i = below(from, x);
  const j = Math.min(i + 1, from.length - 1);
  if (i === j || from[j] === from[i]) return to[i] + (scale.linear ? (x - from[i]) * (from === scale.knots ? 1e-6 : 1e6) : 0);
  return to[i] + (x - from[i]) / (from[j] - from[i]) * (to[j] - to[i]);
}

const margin = 26;
const yOf = (t) => head + margin + between(scale.knots, scale.places, t) * scale.zoom - scale.top;
const timeAt = (y) => between(scale.places, scale.knots, Math.max(0, (y - head - margin + scale.top) / scale.zoom));

function laneWidth() {
  const n = Math.max(1, lanes.filter((l) => l.shown).length);
  return Math.max(least, (scale.width - gutter - strip - 8) / n);
}

// placeLanes gives every shown lane its x.
function placeLanes() {
  const wide = laneWidth();
  let i = 0;
  for (const l of lanes) l.x = l.shown ? gutter + wide * (i++ + 0.5) - scale.left : NaN;
}

const footroom = 34; // of the check that failed
const contentHeight = () => total() * scale.zoom + head + 2 * margin + footroom;
const contentWidth = () => gutter + strip + 8 + laneWidth() * lanes.filter((l) => l.shown).length;

function clampView() {
  scale.top = Math.max(0, Math.min(scale.top, contentHeight() - scale.height));
  scale.left = Math.max(0, Math.min(scale.left, contentWidth() - scale.width));
}

function zoomBy(factor, y = scale.height / 2) {
  const place = (y - head - margin + scale.top) / scale.zoom;
  const smallest = Math.min(1, wholeZoom());
  scale.zoom = Math.max(smallest, Math.min(scale.linear ? 1e6 : 40, scale.zoom * factor));
  scale.top = place * scale.zoom + head + margin - y;
}

// wholeZoom is the zoom at which the whole run is in view.
const wholeZoom = () => (scale.height - head - 2 * margin - footroom) / Math.max(1, total());

function zoomToFit() {
  scale.zoom = Math.min(scale.linear ? 1e6 : 2.2, wholeZoom());
  scale.top = 0;
}

// showTime scrolls so that a time is at that part of the height.
function showTime(t, part = 0.5) {
  scale.top += yOf(t) - head - (scale.height - head) * part;
}

// inView lists the shown items that reach into the window.
function inView() {
  const from = timeAt(head - 40);
  const to = timeAt(scale.height + 40);
  let low = 0;
  let high = shown.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (latest[middle] < from) low = middle + 1; else high = middle;
  }
  const found = [];
  for (let i = low; i < shown.length && shown[i].t0 <= to; i++) {
    if ((shown[i].t1 ?? shown[i].t0) >= from) found.push(shown[i]);
  }
  return found;
}
