// Painting: only what is in view, and one path per layer where arrows are many.
const canvas = $('diagram');
const pen = canvas.getContext('2d');
const view = { selected: null, hover: null, chain: new Set(), printing: false, asked: false };

const many = 900; // arrows in view beyond which heads and labels are left out

// paint draws at the next frame, however often it is asked.
function paint() {
  if (view.asked) return;
  view.asked = true;
  requestAnimationFrame(() => { view.asked = false; paintNow(); });
}

function resize() {
  const density = view.printing ? 2.5 : window.devicePixelRatio || 1;
  scale.width = canvas.clientWidth;
  scale.height = canvas.clientHeight;
  canvas.width = Math.round(scale.width * density);
  canvas.height = Math.round(scale.height * density);
  pen.setTransform(density, 0, 0, density, 0, 0);
}

function paintNow() {
  const began = performance.now();
  clampView();
  placeLanes();
  pen.fillStyle = colour.paper;
  pen.fillRect(0, 0, scale.width, scale.height);
  const seen = inView();
  const arrows = seen.filter((item) => item.type !== 'mark');
  const marks = seen.filter((item) => item.type === 'mark');
  labels.boxes = [];
  clipBody(() => {
    paintFaults();
    paintLanes();
    paintTimes(seen);
    paintWhy();
    paintArrows(arrows);
    paintMarks(marks, arrows.length <= many);
    paintFailure();
    if (arrows.length <= many) paintLabels(arrows);
    paintEmphasis();
  });
  paintNames();
  paintOverview();
  tell(arrows, marks);
  canvas.dataset.took = (performance.now() - began).toFixed(1); // milliseconds
}

function clipBody(draw) {
  pen.save();
  pen.beginPath();
  pen.rect(0, head, scale.width - strip, scale.height - head);
  pen.clip();
  draw();
  pen.restore();
}

function paintLanes() {
  pen.strokeStyle = colour.lane;
  pen.lineWidth = 1;
  const end = Math.min(scale.height, yOf(lastTime) + 14);
  for (const l of lanes) {
    if (!l.shown) continue;
    line(l.x, Math.max(head, yOf(firstTime) - 12), l.x, end);
  }
}

function line(x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

// paintNames keeps the lanes' names in sight.
function paintNames() {
  pen.fillStyle = colour.panel;
  pen.fillRect(0, 0, scale.width, head - 1);
  pen.fillStyle = colour.line;
  pen.fillRect(0, head - 1, scale.width, 1);
  const wide = laneWidth();
  pen.font = `600 ${wide < 70 ? 11 : 12.5}px ${colour.sans}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillStyle = colour.ink;
  pen.save();
  pen.beginPath();
  pen.rect(gutter - 8, 0, scale.width - gutter - strip + 8, head);
  pen.clip();
  for (const l of lanes) {
    if (!l.shown) continue;
    const name = pen.measureText(l.addr).width < wide - 8 ? l.addr : l.short;
    pen.fillText(name, l.x, head / 2);
  }
  pen.restore();
}

// paintTimes puts times at the left, of what happens there, as many as there is room for.
function paintTimes(seen) {
  pen.font = `11px ${colour.mono}`;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const times = [...new Set(seen.flatMap((item) => item.t1 === undefined ? [item.t0] : [item.t0, item.t1]))].sort((a, b) => a - b);
  let free = head + 8;
  for (const t of times) {
    const y = yOf(t);
    if (y < free || y > scale.height - 6) continue;
    pen.fillStyle = colour.soft;
    pen.fillText(clock(t), gutter - 16, y);
    pen.strokeStyle = colour.line;
    line(gutter - 11, y, gutter - 5, y);
    free = y + 17;
  }
}

function clock(t) {
  return (t / 1e9).toFixed(scale.zoom > 8 && scale.linear ? 9 : 6);
}

// endOf is where an arrow ends; one that was not received ends on the way.
function endOf(item) {
  const x0 = lanes[item.from]?.x;
  const y0 = yOf(item.t0);
  const to = lanes[item.to]?.x ?? x0 + laneWidth() * 0.45;
  if (item.t1 !== undefined) return { x0, y0, x1: to, y1: yOf(item.t1), lost: false };
  return { x0, y0, x1: x0 + (to - x0) * 0.5, y1: y0 + 12, lost: true };
}

function paintArrows(arrows) {
  const groups = new Map();
  for (const item of arrows) {
    const key = item.layer + (item.type === 'link' || item.m.type === 'response' ? ' dashed' : '') + (item.type === 'link' ? ' thin' : '');
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  for (const [key, group] of groups) {
    pen.strokeStyle = pen.fillStyle = colour[key.split(' ')[0]];
    pen.lineWidth = key.includes('thin') ? 0.8 : 1.3;
    pen.globalAlpha = arrows.length > many ? 0.35 : key.includes('thin') ? 0.55 : 0.9;
    pen.setLineDash(key.includes('thin') ? [2, 3] : key.includes('dashed') ? [6, 3] : []);
    pen.beginPath();
    const ends = group.map(endOf);
    for (const e of ends) {
      pen.moveTo(e.x0, e.y0);
      pen.lineTo(e.x1, e.y1);
    }
    pen.stroke();
    pen.setLineDash([]);
    if (arrows.length <= many) ends.forEach(paintHead);
  }
  pen.globalAlpha = 1;
}

// paintHead is the tip of an arrow, or the cross of one that did not arrive.
function paintHead(e) {
  if (e.lost) {
    pen.save();
    pen.strokeStyle = colour.bad;
    pen.lineWidth = 1.6;
    cross(e.x1, e.y1, 4);
    pen.restore();
    return;
  }
  const angle = Math.atan2(e.y1 - e.y0, e.x1 - e.x0);
  pen.beginPath();
  pen.moveTo(e.x1, e.y1);
  pen.lineTo(e.x1 - 8 * Math.cos(angle - 0.38), e.y1 - 8 * Math.sin(angle - 0.38));
  pen.lineTo(e.x1 - 8 * Math.cos(angle + 0.38), e.y1 - 8 * Math.sin(angle + 0.38));
  pen.fill();
}

function cross(x, y, r) {
  line(x - r, y - r, x + r, y + r);
  line(x - r, y + r, x + r, y - r);
}

// paintOverview is the whole run in a strip: where much happens, the failure, and the window.
function paintOverview() {
  const x = scale.width - strip;
  pen.fillStyle = colour.panel;
  pen.fillRect(x, head, strip, scale.height - head);
  const all = contentHeight() - head;
  const tall = scale.height - head;
  const rows = Math.max(1, Math.floor(tall / 3));
  const counts = overviewCounts(rows);
  const most = Math.max(1, ...counts);
  pen.fillStyle = colour.faint;
  counts.forEach((n, i) => { if (n) pen.fillRect(x + 2, head + i * 3, (strip - 4) * Math.sqrt(n / most), 2); });
  const span = Math.max(1, all);
  pen.strokeStyle = colour.accent;
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, head + scale.top / span * tall + 0.5, strip - 1, Math.max(6, Math.min(1, tall / span) * tall - 1));
  if (failure) {
    pen.fillStyle = colour.bad;
    pen.fillRect(x, head + (yOf(failure.t) + scale.top - head) / span * tall - 1, strip, 3);
  }
}

const overview = { key: '', counts: [] };

function overviewCounts(rows) {
  const key = [rows, shown.length, scale.linear, filter.query, total(), scale.zoom].join();
  if (overview.key !== key) {
    overview.key = key;
    overview.counts = new Array(rows).fill(0);
    const span = contentHeight() - head;
    for (const item of shown) {
      const place = (between(scale.knots, scale.places, item.t0) * scale.zoom + margin) / span;
      overview.counts[Math.min(rows - 1, Math.floor(place * rows))]++;
    }
  }
  return overview.counts;
}
