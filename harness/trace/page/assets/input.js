// Mouse, wheel and keys.
const drag = { on: false, moved: false, overview: false, x: 0, y: 0 };

function distance(item, x, y) {
  if (item.type === 'mark') return Math.hypot(x - lanes[item.from].x, y - yOf(item.t0)) - 3;
  const e = endOf(item);
  const dx = e.x1 - e.x0;
  const dy = e.y1 - e.y0;
  const part = Math.max(0, Math.min(1, ((x - e.x0) * dx + (y - e.y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - e.x0 - part * dx, y - e.y0 - part * dy) + (item.type === 'link' ? 2 : 0);
}

// hit is the item next to a point, if one is near.
function hit(x, y) {
  let best = null;
  let near = 7;
  if (y < head || x > scale.width - strip) return null;
  for (const item of inView()) {
    const d = distance(item, x, y);
    if (d < near) { near = d; best = item; }
  }
  return best;
}

function scrollOverview(y) {
  const tall = scale.height - head;
  scale.top = (y - head) / tall * (contentHeight() - head) - tall / 2;
  paint();
}

function onDown(e) {
  Object.assign(drag, { on: true, moved: false, overview: e.offsetX > scale.width - strip, x: e.offsetX, y: e.offsetY });
  canvas.setPointerCapture(e.pointerId);
  if (drag.overview) scrollOverview(e.offsetY);
}

function onMove(e) {
  if (!drag.on) {
    const over = hit(e.offsetX, e.offsetY);
    $('pointer').textContent = e.offsetY > head ? seconds(timeAt(e.offsetY)) + (over ? '   ' + over.title + '   ' + over.text : '') : '';
    canvas.classList.toggle('over', Boolean(over));
    if (over !== view.hover) { view.hover = over; paint(); }
    return;
  }
  if (drag.overview) { scrollOverview(e.offsetY); return; }
  if (Math.hypot(e.offsetX - drag.x, e.offsetY - drag.y) > 3) drag.moved = true;
  if (!drag.moved) return;
  canvas.classList.add('drag');
  scale.top -= e.offsetY - drag.y;
  scale.left -= e.offsetX - drag.x;
  drag.x = e.offsetX;
  drag.y = e.offsetY;
  paint();
}

function onUp(e) {
  if (drag.on && !drag.moved && !drag.overview) select(hit(e.offsetX, e.offsetY), false);
  drag.on = false;
  canvas.classList.remove('drag');
}

function onWheel(e) {
  e.preventDefault();
  const step = e.deltaMode === 1 ? 18 : e.deltaMode === 2 ? scale.height : 1;
  if (e.ctrlKey || e.metaKey) zoomBy(Math.exp(-e.deltaY * step * 0.004), e.offsetY);
  else if (e.shiftKey) scale.left += (e.deltaY || e.deltaX) * step;
  else { scale.top += e.deltaY * step; scale.left += e.deltaX * step; }
  paint();
}

// walk selects the next item, or the one before; from none, the first in view. It says whether there was one.
function walk(by) {
  let i;
  if (view.selected) {
    i = below(shown.map((item) => item.n), view.selected.n) + by;
    if (by < 0 && shown[i + 1]?.n < view.selected.n) i++;
  } else {
    const first = inView().find((item) => yOf(item.t0) >= head);
    i = first ? shown.indexOf(first) : 0;
  }
  if (!shown[i]) return false;
  select(shown[i]);
  return true;
}

const keys = {
  ArrowUp: (e) => { scale.top -= e.shiftKey ? 400 : 60; },
  ArrowDown: (e) => { scale.top += e.shiftKey ? 400 : 60; },
  ArrowLeft: (e) => { scale.left -= e.shiftKey ? 400 : 60; },
  ArrowRight: (e) => { scale.left += e.shiftKey ? 400 : 60; },
  PageUp: () => { scale.top -= scale.height * 0.8; },
  PageDown: () => { scale.top += scale.height * 0.8; },
  Home: () => { scale.top = 0; },
  End: () => { scale.top = contentHeight(); },
  '+': () => zoomBy(1.3),
  '=': () => zoomBy(1.3),
  '-': () => zoomBy(1 / 1.3),
  0: () => zoomToFit(),
  f: () => showFailure(),
  c: () => { const to = view.selected && itemOf.get(eventOf.get(view.selected.e0)?.u); if (to) select(to); },
  Enter: () => { if (!view.selected) walk(1); panel.focus(); },
  Escape: () => select(null),
};

function onCanvasKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Tab') {
    const leaves = view.selected === null && e.shiftKey;
    if (!leaves && walk(e.shiftKey ? -1 : 1)) e.preventDefault();
    return;
  }
  const act = keys[e.key];
  if (!act) return;
  e.preventDefault();
  act(e);
  paint();
}

function onPageKey(e) {
  const typing = ['INPUT', 'SELECT', 'TEXTAREA'].includes(e.target.tagName) && e.target.type !== 'checkbox';
  if (e.key === 'Escape' && e.target !== canvas) {
    if (!$('keys').hidden) showKeys(false);
    $('nodebox').open = false;
    canvas.focus();
  } else if (e.key === '/' && !typing) {
    e.preventDefault();
    $('query').focus();
  } else if (e.key === '?' && !typing) {
    showKeys($('keys').hidden);
  }
}

function listen() {
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('pointercancel', () => { drag.on = false; });
  canvas.addEventListener('pointerleave', () => { if (view.hover) { view.hover = null; paint(); } });
  canvas.addEventListener('wheel', onWheel, { passive: false });
  canvas.addEventListener('keydown', onCanvasKey);
  document.addEventListener('keydown', onPageKey);
  new ResizeObserver(() => { resize(); paintNow(); }).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readTheme(); paint(); });
  addEventListener('beforeprint', beforePrint);
  addEventListener('afterprint', afterPrint);
}
