// Painting: only what is in view, and one path a layer where arrows are many.
import { yOf, laneWidth, placeLanes, clampView, inView, contentHeight, between, margin, total } from './scale.js';
import { paintFaults, paintWhy, paintMarks, paintFailure, paintLabels, paintEmphasis } from './marks.js';
import { line, endOf, paintHead } from './strokes.js';

export const many = 900; // arrows in view beyond which heads and labels are left out

export function paintNow(d) {
  const began = performance.now();
  const { pen, scale: s } = d;
  clampView(d);
  placeLanes(d);
  pen.fillStyle = d.colour.paper;
  pen.fillRect(0, 0, s.width, s.height);
  const seen = inView(d);
  const arrows = seen.filter((item) => item.type !== 'mark');
  const marks = seen.filter((item) => item.type === 'mark');
  d.boxes = [];
  pen.save();
  pen.beginPath();
  pen.rect(0, s.head, s.width - s.strip, s.height - s.head);
  pen.clip();
  paintFaults(d);
  paintLanes(d);
  paintTimes(d, seen);
  paintWhy(d);
  paintArrows(d, arrows);
  paintMarks(d, marks, arrows.length <= many);
  paintFailure(d);
  if (arrows.length <= many) paintLabels(d, arrows);
  paintEmphasis(d);
  paintMarked(d);
  pen.restore();
  paintNames(d);
  if (s.strip) paintOverview(d);
  d.canvas.dataset.took = (performance.now() - began).toFixed(1); // milliseconds
  d.report(arrows, marks);
}

function paintLanes(d) {
  d.pen.strokeStyle = d.colour.lane;
  d.pen.lineWidth = 1;
  const end = Math.min(d.scale.height, yOf(d, d.lastTime) + d.scale.last + 14);
  for (const l of d.lanes) {
    if (l.shown) line(d.pen, l.x, Math.max(d.scale.head, yOf(d, d.firstTime) - 12), l.x, end);
  }
}

// paintMarked is a line at the time that the page has marked.
function paintMarked(d) {
  if (!d.marked) return;
  const { pen, scale: s } = d;
  const y = Math.round(yOf(d, Math.min(d.marked.t, d.lastTime))) - 6.5;
  pen.strokeStyle = pen.fillStyle = d.colour.accent;
  pen.lineWidth = 1.5;
  pen.setLineDash([5, 4]);
  line(pen, s.gutter - 8, y, s.width - s.strip - 4, y);
  pen.setLineDash([]);
  pen.font = `600 11px ${d.colour.sans}`;
  pen.textAlign = 'right';
  pen.textBaseline = 'bottom';
  pen.fillText(d.marked.said, s.width - s.strip - 8, y - 2);
}

// paintNames keeps the lanes' names in sight.
function paintNames(d) {
  const { pen, scale: s } = d;
  pen.fillStyle = d.colour.panel;
  pen.fillRect(0, 0, s.width, s.head - 1);
  pen.fillStyle = d.colour.line;
  pen.fillRect(0, s.head - 1, s.width, 1);
  const wide = laneWidth(d);
  pen.font = `600 ${wide < 70 ? 11 : 12.5}px ${d.colour.sans}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillStyle = d.colour.ink;
  pen.save();
  pen.beginPath();
  pen.rect(s.gutter - 8, 0, s.width - s.gutter - s.strip + 8, s.head);
  pen.clip();
  const full = d.lanes.every((l) => pen.measureText(l.addr).width < wide - 8); // all alike
  for (const l of d.lanes) {
    if (l.shown) pen.fillText(full ? l.addr : l.short, l.x, s.head / 2);
  }
  pen.restore();
}

// paintTimes puts times at the left, of what happens there, as many as there is room for.
function paintTimes(d, seen) {
  const { pen, scale: s } = d;
  pen.font = `11px ${d.colour.mono}`;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const times = [...new Set(seen.flatMap((item) => item.t1 === undefined ? [item.t0] : [item.t0, item.t1]))].sort((a, b) => a - b);
  let free = s.head + 8;
  for (const t of times) {
    const y = yOf(d, t);
    if (y < free || y > s.height - 6) continue;
    pen.fillStyle = d.colour.soft;
    pen.fillText(clock(d, t), s.gutter - 16, y);
    pen.strokeStyle = d.colour.line;
    line(pen, s.gutter - 11, y, s.gutter - 5, y);
    free = y + 17;
  }
}

// clock is a time as it stands at the left; in a figure to the millisecond, as reports have it.
export function clock(d, t) {
  if (d.still) return `${(t / 1e9).toFixed(3)} s`;
  if (d.scale.gutter < 80) return (t / 1e9).toFixed(3);
  return (t / 1e9).toFixed(d.scale.zoom > 8 && d.scale.linear ? 9 : 6);
}

function paintArrows(d, arrows) {
  const { pen } = d;
  const groups = new Map();
  for (const item of arrows) {
    const key = item.layer + (item.type === 'link' || item.m.type === 'response' ? ' dashed' : '') + (item.type === 'link' ? ' thin' : '');
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  for (const [key, group] of groups) {
    pen.strokeStyle = pen.fillStyle = d.colour[key.split(' ')[0]];
    pen.lineWidth = key.includes('thin') ? 0.8 : 1.3;
    pen.globalAlpha = arrows.length > many ? 0.35 : key.includes('thin') ? 0.55 : 0.9;
    pen.setLineDash(key.includes('thin') ? [2, 3] : key.includes('dashed') ? [6, 3] : []);
    pen.beginPath();
    const ends = group.map((item) => endOf(d, item));
    for (const e of ends) {
      pen.moveTo(e.x0, e.y0);
      pen.lineTo(e.x1, e.y1);
    }
    pen.stroke();
    pen.setLineDash([]);
    if (arrows.length <= many) ends.forEach((e) => paintHead(d, e));
  }
  pen.globalAlpha = 1;
}

// paintOverview is the whole run in a strip: where much happens, the failure, and the window.
function paintOverview(d) {
  const { pen, scale: s } = d;
  const x = s.width - s.strip;
  pen.fillStyle = d.colour.panel;
  pen.fillRect(x, s.head, s.strip, s.height - s.head);
  const tall = s.height - s.head;
  const span = Math.max(1, contentHeight(d) - s.head);
  const counts = overviewCounts(d, Math.max(1, Math.floor(tall / 3)));
  const most = Math.max(1, ...counts);
  pen.fillStyle = d.colour.faint;
  counts.forEach((n, i) => { if (n) pen.fillRect(x + 2, s.head + i * 3, (s.strip - 4) * Math.sqrt(n / most), 2); });
  pen.strokeStyle = d.colour.accent;
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, s.head + s.top / span * tall + 0.5, s.strip - 1, Math.max(6, Math.min(1, tall / span) * tall - 1));
  if (d.failure) {
    pen.fillStyle = d.colour.bad;
    pen.fillRect(x, s.head + (yOf(d, d.failure.t) + s.top - s.head) / span * tall - 1, s.strip, 3);
  }
}

function overviewCounts(d, rows) {
  const s = d.scale;
  const key = [rows, d.shown.length, s.linear, d.filter.query, total(d), s.zoom].join();
  if (d.overview.key !== key) {
    d.overview = { key, counts: new Array(rows).fill(0) };
    const span = contentHeight(d) - s.head;
    for (const item of d.shown) {
      const at = (between(s, s.knots, s.places, item.t0) * s.zoom + margin) / span;
      d.overview.counts[Math.min(rows - 1, Math.floor(at * rows))]++;
    }
  }
  return d.overview.counts;
}
