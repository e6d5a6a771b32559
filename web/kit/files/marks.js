// What stands on the lanes and beside the arrows: faults, marks, labels, the check that failed.
import { shortKind } from './items.js';
import { yOf, laneWidth, rowHeight } from './scale.js';
import { shorten, wrap, reserve, reserveSlanted } from './words.js';
import { line, cross, endOf, paintHead } from './strokes.js';

function struck(d, f) {
  const found = [...(f.a || []), ...(f.b || [])].map((a) => d.laneOf.get(a)).filter((l) => l && l.shown);
  return found.length ? found : d.lanes.filter((l) => l.shown);
}

// paintFaults shades what a fault strikes for as long as it lasts.
export function paintFaults(d) {
  const { pen, scale: s } = d;
  pen.textBaseline = 'top';
  pen.textAlign = 'left';
  for (const f of d.faults) {
    const y0 = yOf(d, f.t);
    const y1 = f.good ? yOf(d, d.lastTime) : yOf(d, Math.min(d.lastTime, f.t + (f.for || 0)));
    if (f.t > d.lastTime || y1 < s.head || y0 > s.height) continue;
    const half = Math.min(laneWidth(d) / 2 - 2, f.alone ? 12 : 1000);
    pen.fillStyle = d.colour.band;
    for (const l of struck(d, f)) {
      pen.globalAlpha = f.a?.includes(l.addr) && f.b?.length ? 0.2 : 0.13;
      pen.fillRect(l.x - half, y0, 2 * half, Math.max(3, y1 - y0));
    }
    pen.globalAlpha = 1;
    pen.font = `600 11px ${d.colour.sans}`;
    const first = struck(d, f)[0];
    if (!first) continue;
    const w = pen.measureText(f.brief).width;
    const y = Math.max(s.head + 3, y0 + 3);
    const wanted = half > 20 ? first.x - half + 5 : first.x + half + 4;
    const x = Math.max(s.gutter, Math.min(wanted, s.width - s.strip - 4 - w));
    for (let row = 0; row < 3; row++) {
      if (!reserve(d, x, y + row * rowHeight, w, rowHeight)) continue;
      pen.fillText(f.brief, x, y + row * rowHeight);
      break;
    }
  }
}

// paintWhy shades the left edge by how likely the run was to fail from then on.
export function paintWhy(d) {
  const why = d.header.why;
  if (!why || !why.futures) return;
  const { pen } = d;
  why.points.forEach((p, i) => {
    const y0 = yOf(d, p.t);
    const y1 = i + 1 < why.points.length ? yOf(d, why.points[i + 1].t) : yOf(d, d.failure ? d.failure.t : d.lastTime);
    pen.fillStyle = d.colour.bad;
    pen.globalAlpha = 0.08 + 0.92 * p.failed / why.futures;
    pen.fillRect(4, y0, 8, Math.max(2, y1 - y0));
    pen.globalAlpha = 1;
    if (i !== why.doomed) return;
    pen.font = `600 11px ${d.colour.sans}`;
    pen.textAlign = 'left';
    pen.textBaseline = 'bottom';
    pen.fillStyle = d.colour.paper;
    pen.fillRect(14, y0 - 23, pen.measureText('doomed here').width + 6, 15);
    pen.fillStyle = d.colour.bad;
    pen.fillText('doomed here', 16, y0 - 9);
    pen.fillRect(1, y0 - 1, 14, 2);
  });
}

// speaks says whether a mark has a text of its own on the canvas.
const speaks = (item) => ['work', 'log', 'crash', 'reset', 'refuse'].includes(item.kind);

const markFont = (d, item) => `${item.kind === 'log' ? 'italic ' : ''}11px ${d.colour.sans}`;

const leastText = 120; // pixels that a line of a mark's text may always have

// layRows gives what happens on one lane at one instant a row each, so that it can be told apart. What a mark
// says is broken into as many lines as it needs.
export function layRows(d) {
  const used = new Map(); // lane or way, and instant, to the rows there
  const wide = laneWidth(d);
  const last = d.lanes.findLast((l) => l.shown)?.n; // at its right there is half a lane
  const most = (lane) => Math.max(leastText, Math.min(300, lane === last ? wide / 2 - 20 : wide - 22));
  const narrow = wide / 2 - 20 < leastText;
  for (const item of d.shown) {
    item.lines = undefined;
    if (item.type === 'mark' && speaks(item)) {
      d.pen.font = markFont(d, item);
      item.lines = wrap(d.pen, item.kind === 'work' || item.kind === 'log' ? item.text || item.title : item.title, most(item.from), 4);
    }
    const lane = narrow && item.lines ? '' : item.from; // where a text reaches into the next lane, all lanes share rows
    const key = item.type === 'mark' ? `${lane} ${item.t0}` : `${item.from}>${item.to} ${item.t0} ${item.t1}`;
    item.row = used.get(key) || 0;
    used.set(key, item.row + (item.lines?.length || 1));
  }
}

// paintMarks draws the signs of a lane's own events; their texts if there is room.
export function paintMarks(d, marks, withText) {
  const { pen, scale: s } = d;
  for (const item of marks) {
    const x = d.lanes[item.from].x;
    const y = yOf(d, item.t0, item.row);
    sign(d, item, x, y);
    if (!withText || !item.lines) continue;
    pen.font = markFont(d, item);
    pen.textBaseline = 'middle';
    const w = Math.max(...item.lines.map((l) => pen.measureText(l).width));
    const h = rowHeight * item.lines.length;
    const right = Math.min(x + 8, s.width - s.strip - w - 6);
    const places = x + 14 + w < s.width - s.strip || x - 14 - w < s.gutter ? [right, x - 12 - w] : [x - 12 - w, right];
    const free = places.find((p) => p >= s.gutter && reserve(d, p, y - 6, w + 4, h - 1));
    if (free === undefined && item.kind !== 'log') continue;
    const left = free ?? places[0]; // what a node logs is always said
    pen.globalAlpha = 0.85;
    pen.fillStyle = d.colour.paper;
    pen.fillRect(left, y - 6, w + 4, h);
    pen.globalAlpha = 1;
    pen.textAlign = 'left';
    pen.fillStyle = signColour(d, item.kind);
    item.lines.forEach((text, i) => pen.fillText(text, left + 2, y + i * rowHeight));
  }
}

function signColour(d, kind) {
  if (kind === 'crash' || kind === 'reset' || kind === 'refuse') return d.colour.bad;
  if (kind === 'work' || kind === 'boot') return d.colour.accent;
  return d.colour.soft;
}

function sign(d, item, x, y) {
  const { pen } = d;
  pen.fillStyle = pen.strokeStyle = signColour(d, item.kind);
  pen.lineWidth = 1.7;
  pen.beginPath();
  switch (item.kind) {
    case 'boot': pen.arc(x, y, 4.5, 0, 7); pen.save(); pen.fillStyle = d.colour.paper; pen.fill(); pen.restore(); pen.stroke(); return;
    case 'crash': cross(pen, x, y, 5.5); return;
    case 'reset': case 'refuse': cross(pen, x, y, 3.5); return;
    case 'work': pen.moveTo(x, y - 5); pen.lineTo(x + 5, y); pen.lineTo(x, y + 5); pen.lineTo(x - 5, y); pen.fill(); return;
    case 'log': pen.rect(x - 3.5, y - 3.5, 7, 7); pen.fill(); return;
    case 'timer': line(pen, x - 5, y, x + 5, y); return;
    default: pen.arc(x, y, 2, 0, 7); pen.fill();
  }
}

// paintLabels writes what the messages carry along their arrows: selected ones first, then those with most room.
export function paintLabels(d, arrows) {
  const order = arrows.filter((item) => item.type === 'message');
  if (order.length < 400) order.sort((a, b) => rank(d, b) - rank(d, a));
  for (const item of order) label(d, item);
}

const rank = (d, item) => (item === d.selected ? 4 : 0) + (item === d.hover ? 2 : 0) + (d.chain.has(item) ? 1 : 0);

// wording is the most that can be said of a message in that width: all of it, or its kind at least.
function wording(pen, item, width, terse) {
  const full = item.title + (item.text && item.text !== 'empty' ? '  ' + item.text : '');
  const text = terse ? '' : shorten(pen, full, width);
  if (text.length > item.title.length + 8 || text === full) return text;
  return [item.title, shortKind(item.kind)].find((t) => pen.measureText(t).width <= width);
}

function label(d, item) {
  const { pen } = d;
  const e = endOf(d, item);
  const left = e.x1 < e.x0;
  const dx = Math.abs(e.x1 - e.x0);
  const dy = (e.y1 - e.y0) * (left ? -1 : 1);
  const chosen = rank(d, item) > 1;
  const along = Math.hypot(dx, dy);
  const steep = Math.abs(dy) > 1.5 * dx;
  pen.font = `${chosen ? 600 : 400} 11.5px ${d.colour.sans}`;
  const text = wording(pen, item, Math.min(chosen ? 420 : along - 34, 420, d.scale.width - d.scale.strip - 12), steep && !chosen);
  if (!text) return;
  const w = pen.measureText(text).width;
  const angle = Math.atan2(dy, dx);
  const bw = w * Math.cos(angle) + 12 * Math.abs(Math.sin(angle));
  const bh = w * Math.abs(Math.sin(angle)) + 12;
  const reach = Math.max(0, 0.5 - (w / 2 + 12) / along); // how far from the middle it may be
  const inside = (p) => ({ x: Math.max(bw / 2 + 4, Math.min(p.x, d.scale.width - d.scale.strip - bw / 2 - 4)), y: p.y });
  const point = (part) => inside({ x: e.x0 + part * (e.x1 - e.x0), y: e.y0 + part * (e.y1 - e.y0) });
  let where = [0.5, 0.5 - reach / 2, 0.5 + reach / 2, 0.5 - reach, 0.5 + reach].map(point).find((p) => reserveSlanted(d, p.x, p.y, bw, bh, angle));
  if (!where && chosen) where = point(0.5);
  if (!where) return;
  pen.save();
  pen.translate(where.x, where.y);
  pen.rotate(angle);
  pen.textAlign = 'center';
  pen.textBaseline = 'bottom';
  pen.lineWidth = 3;
  pen.lineJoin = 'round';
  pen.strokeStyle = d.colour.paper;
  pen.strokeText(text, 0, -2);
  pen.fillStyle = d.colour[item.layer];
  pen.fillText(text, 0, -2);
  pen.restore();
}

const failureLine = 16; // pixels

// failureLines is what the check that failed says, as lines that fit.
export function failureLines(d) {
  if (!d.failure) return [];
  d.pen.font = `600 12px ${d.colour.sans}`;
  const text = `${d.failure.rule ? d.failure.rule + ' violated: ' : 'failed: '}${d.failure.text}`;
  return wrap(d.pen, text, d.scale.width - d.scale.gutter - d.scale.strip - 30, 4);
}

// layFoot leaves room below the run for what the check that failed says.
export function layFoot(d) {
  d.scale.foot = Math.max(d.still ? 0 : 18, failureLines(d).length * failureLine + 12);
}

// paintFailure is a line through all lanes, with what was violated.
export function paintFailure(d) {
  if (!d.failure) return;
  const { pen, scale: s } = d;
  const y = yOf(d, d.failure.t, s.rows.get(d.failure.t));
  if (y < s.head - 80 || y > s.height + 80) return;
  pen.strokeStyle = d.colour.bad;
  pen.lineWidth = 2;
  line(pen, s.gutter - 4, y, s.width - s.strip, y);
  const lines = failureLines(d);
  const w = Math.max(...lines.map((l) => pen.measureText(l).width)) + 18;
  const h = lines.length * failureLine + 6;
  pen.fillStyle = d.colour.bad;
  pen.beginPath();
  pen.roundRect(s.gutter + 2, y + 5, w, h, 5);
  pen.fill();
  d.boxes.push({ x: s.gutter, y, w: w + 4, h: h + 8 });
  pen.fillStyle = d.colour.paper;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  lines.forEach((text, i) => pen.fillText(text, s.gutter + 11, y + 8.5 + failureLine * (i + 0.5)));
}

// paintEmphasis draws what is selected once more, with all that led to it.
export function paintEmphasis(d) {
  const { pen } = d;
  for (const item of [...d.chain, d.hover, d.selected]) {
    if (!item || !d.passes(item)) continue;
    pen.lineWidth = item === d.selected ? 3 : 2.2;
    pen.strokeStyle = pen.fillStyle = d.colour[item.layer] || d.colour.accent;
    if (item.type === 'mark') {
      pen.strokeStyle = d.colour.accent;
      pen.beginPath();
      pen.arc(d.lanes[item.from].x, yOf(d, item.t0, item.row), item === d.selected ? 9 : 7, 0, 7);
      pen.stroke();
      continue;
    }
    const e = endOf(d, item);
    line(pen, e.x0, e.y0, e.x1, e.y1);
    paintHead(d, e);
    if (item === d.selected) {
      pen.beginPath();
      pen.arc(e.x0, e.y0, 4.5, 0, 7);
      pen.fill();
    }
  }
}
