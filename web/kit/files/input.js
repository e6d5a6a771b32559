// Mouse, wheel, touch and keys on the canvas.
import { seconds } from './items.js';
import { yOf, timeAt, inView, contentHeight, zoomBy, zoomToFit, below } from './scale.js';
import { endOf } from './strokes.js';

function distance(d, item, x, y) {
  if (item.type === 'mark') return Math.hypot(x - d.lanes[item.from].x, y - yOf(d, item.t0, item.row)) - 3;
  const e = endOf(d, item);
  const dx = e.x1 - e.x0;
  const dy = e.y1 - e.y0;
  const part = Math.max(0, Math.min(1, ((x - e.x0) * dx + (y - e.y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - e.x0 - part * dx, y - e.y0 - part * dy) + (item.type === 'link' ? 2 : 0);
}

// hit is the item next to a point, if one is near: a finger is less sharp than a mouse.
function hit(d, x, y, near) {
  let best = null;
  if (y < d.scale.head || x > d.scale.width - d.scale.strip) return null;
  for (const item of inView(d)) {
    const away = distance(d, item, x, y);
    if (away < near) { near = away; best = item; }
  }
  return best;
}

const reach = (e) => (e.pointerType === 'touch' ? 16 : 7); // pixels

function scrollOverview(d, y) {
  const tall = d.scale.height - d.scale.head;
  d.scale.top = (y - d.scale.head) / tall * (contentHeight(d) - d.scale.head) - tall / 2;
  d.paint();
}

// walk selects the next item, or the one before; from none, the first in view. It says whether there was one.
export function walk(d, by) {
  let i;
  if (d.selected) {
    i = below(d.shown.map((item) => item.n), d.selected.n) + by;
    if (by < 0 && d.shown[i + 1]?.n < d.selected.n) i++;
  } else {
    const first = inView(d).find((item) => yOf(d, item.t0) >= d.scale.head);
    i = first ? d.shown.indexOf(first) : 0;
  }
  if (!d.shown[i]) return false;
  d.select(d.shown[i]);
  return true;
}

const canvasKeys = {
  ArrowUp: (d, e) => { d.scale.top -= e.shiftKey ? 400 : 60; },
  ArrowDown: (d, e) => { d.scale.top += e.shiftKey ? 400 : 60; },
  ArrowLeft: (d, e) => { d.scale.left -= e.shiftKey ? 400 : 60; },
  ArrowRight: (d, e) => { d.scale.left += e.shiftKey ? 400 : 60; },
  PageUp: (d) => { d.scale.top -= d.scale.height * 0.8; },
  PageDown: (d) => { d.scale.top += d.scale.height * 0.8; },
  Home: (d) => { d.scale.top = 0; },
  End: (d) => { d.scale.top = contentHeight(d); },
  '+': (d) => zoomBy(d, 1.3),
  '=': (d) => zoomBy(d, 1.3),
  '-': (d) => zoomBy(d, 1 / 1.3),
  0: (d) => zoomToFit(d),
  f: (d) => d.showFailure(),
  c: (d) => { const to = d.selected && d.cause(d.selected); if (to) d.select(to); },
  Enter: (d) => { if (!d.selected) walk(d, 1); d.on.enter?.(); },
  n: (d) => walk(d, 1),
  p: (d) => walk(d, -1),
  Escape: (d) => d.select(null),
};

function onKey(d, e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Tab') {
    if (d.on.inPage) return;
    const leaves = d.selected === null && e.shiftKey;
    if (!leaves && walk(d, e.shiftKey ? -1 : 1)) e.preventDefault();
    return;
  }
  const act = canvasKeys[e.key];
  if (!act) return;
  e.preventDefault();
  act(d, e);
  d.paint();
}

function onMove(d, drag, e) {
  const { canvas, scale: s } = d;
  if (!drag.on) {
    const over = hit(d, e.offsetX, e.offsetY, reach(e));
    d.on.hover?.(e.offsetY > s.head ? seconds(timeAt(d, e.offsetY)) + (over ? '   ' + over.title + '   ' + over.text : '') : '');
    canvas.classList.toggle('over', Boolean(over));
    if (over !== d.hover) { d.hover = over; d.paint(); }
    return;
  }
  if (drag.overview) { scrollOverview(d, e.offsetY); return; }
  if (Math.hypot(e.offsetX - drag.x, e.offsetY - drag.y) > 3) drag.moved = true;
  if (!drag.moved) return;
  canvas.classList.add('drag');
  s.top -= e.offsetY - drag.y;
  s.left -= e.offsetX - drag.x;
  drag.x = e.offsetX;
  drag.y = e.offsetY;
  d.paint();
}

// atEnd says whether there is nothing more to scroll to where the wheel turns.
function atEnd(d, e) {
  const most = contentHeight(d) - d.scale.height;
  return !e.ctrlKey && !e.metaKey && !e.shiftKey && (e.deltaY < 0 ? d.scale.top <= 0 : d.scale.top >= most - 1);
}

function onWheel(d, e) {
  if (d.on.inPage && atEnd(d, e)) return;
  e.preventDefault();
  const step = e.deltaMode === 1 ? 18 : e.deltaMode === 2 ? d.scale.height : 1;
  if (e.ctrlKey || e.metaKey) zoomBy(d, Math.exp(-e.deltaY * step * 0.004), e.offsetY);
  else if (e.shiftKey) d.scale.left += (e.deltaY || e.deltaX) * step;
  else { d.scale.top += e.deltaY * step; d.scale.left += e.deltaX * step; }
  d.paint();
}

// listen has the diagram answer to hands.
export function listen(d) {
  const { canvas } = d;
  const drag = { on: false, moved: false, overview: false, x: 0, y: 0 };
  canvas.addEventListener('pointerdown', (e) => {
    Object.assign(drag, { on: true, moved: false, overview: e.offsetX > d.scale.width - d.scale.strip, x: e.offsetX, y: e.offsetY });
    canvas.setPointerCapture(e.pointerId);
    if (drag.overview) scrollOverview(d, e.offsetY);
  });
  canvas.addEventListener('pointermove', (e) => onMove(d, drag, e));
  canvas.addEventListener('pointerup', (e) => {
    if (drag.on && !drag.moved && !drag.overview) d.select(hit(d, e.offsetX, e.offsetY, reach(e)), false);
    drag.on = false;
    canvas.classList.remove('drag');
  });
  canvas.addEventListener('pointercancel', () => { drag.on = false; });
  canvas.addEventListener('pointerleave', () => { if (d.hover) { d.hover = null; d.paint(); } });
  canvas.addEventListener('wheel', (e) => onWheel(d, e), { passive: false });
  canvas.addEventListener('keydown', (e) => onKey(d, e));
}
