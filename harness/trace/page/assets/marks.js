// What stands on the lanes and beside the arrows: faults, marks, labels, the check that failed.
const labels = { boxes: [] };

// place keeps a label's box if nothing is there yet.
function place(x, y, w, h) {
  for (const b of labels.boxes) {
    if (x < b.x + b.w && b.x < x + w && y < b.y + b.h && b.y < y + h) return false;
  }
  labels.boxes.push({ x, y, w, h });
  return true;
}

// clip shortens a text to a width.
function clip(text, width) {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(text.slice(0, middle) + '…').width <= width) low = middle; else high = middle - 1;
  }
  return low > 2 ? text.slice(0, low) + '…' : '';
}

function struck(f) {
  const found = [...(f.a || []), ...(f.b || [])].map((a) => laneOf.get(a)).filter((l) => l && l.shown);
  return found.length ? found : lanes.filter((l) => l.shown);
}

// paintFaults shades what a fault strikes for as long as it lasts.
function paintFaults() {
  pen.textBaseline = 'top';
  pen.textAlign = 'left';
  for (const f of faults) {
    const y0 = yOf(f.t);
    const y1 = f.good ? yOf(lastTime) : yOf(Math.min(lastTime, f.t + (f.for || 0)));
    if (f.t > lastTime || y1 < head || y0 > scale.height) continue;
    const half = Math.min(laneWidth() / 2 - 2, f.alone ? 12 : 1000);
    pen.fillStyle = colour.band;
    for (const l of struck(f)) {
      pen.globalAlpha = f.a?.includes(l.addr) && f.b?.length ? 0.2 : 0.13;
      pen.fillRect(l.x - half, y0, 2 * half, Math.max(3, y1 - y0));
    }
    pen.globalAlpha = 1;
    pen.font = `600 11px ${colour.sans}`;
    const first = struck(f)[0];
    const text = clip(f.brief, Math.max(90, laneWidth() - 8));
    const w = pen.measureText(text).width;
    const y = Math.max(head + 3, y0 + 3);
    const right = first.x + half + 4;
    const x = half > 20 ? first.x - half + 5 : right + w < scale.width - strip ? right : first.x - half - 4 - w;
    if (place(x, y, w, 13)) pen.fillText(text, x, y);
  }
}

// paintWhy shades the left edge by how likely the run was to fail from then on.
function paintWhy() {
  const why = header.why;
  if (!why || !why.futures) return;
  why.points.forEach((p, i) => {
    const y0 = yOf(p.t);
    const y1 = i + 1 < why.points.length ? yOf(why.points[i + 1].t) : yOf(failure ? failure.t : lastTime);
    pen.fillStyle = colour.bad;
    pen.globalAlpha = 0.08 + 0.92 * p.failed / why.futures;
    pen.fillRect(4, y0, 8, Math.max(2, y1 - y0));
    pen.globalAlpha = 1;
    if (i !== why.doomed) return;
    pen.font = `600 11px ${colour.sans}`;
    pen.textAlign = 'left';
    pen.textBaseline = 'bottom';
    pen.fillStyle = colour.halo;
    pen.fillRect(14, y0 - 23, pen.measureText('doomed here').width + 6, 15);
    pen.fillStyle = colour.bad;
    pen.fillText('doomed here', 16, y0 - 9);
    pen.fillRect(1, y0 - 1, 14, 2);
  });
}

// paintMarks draws the signs of a lane's own events; their texts if there is room.
function paintMarks(marks, withText) {
  pen.textBaseline = 'middle';
  for (const item of marks) {
    const x = lanes[item.from].x;
    const y = yOf(item.t0);
    sign(item, x, y);
    const worth = ['work', 'log', 'crash', 'reset', 'refuse'].includes(item.kind);
    if (!withText || !worth) continue;
    pen.font = `${item.kind === 'log' ? 'italic ' : ''}11px ${colour.sans}`;
    const text = clip(item.kind === 'work' || item.kind === 'log' ? item.text || item.title : item.title, Math.min(laneWidth() - 22, scale.width - strip - x - 14));
    const w = pen.measureText(text).width;
    if (!text || !place(x + 8, y - 7, w + 4, 14)) continue;
    pen.globalAlpha = 0.85;
    pen.fillStyle = colour.halo;
    pen.fillRect(x + 8, y - 7, w + 4, 14);
    pen.globalAlpha = 1;
    pen.textAlign = 'left';
    pen.fillStyle = signColour(item.kind);
    pen.fillText(text, x + 10, y);
  }
}

function signColour(kind) {
  if (kind === 'crash' || kind === 'reset' || kind === 'refuse') return colour.bad;
  if (kind === 'work') return colour.accent;
  if (kind === 'boot') return colour.good;
  return colour.soft;
}

function sign(item, x, y) {
  pen.fillStyle = pen.strokeStyle = signColour(item.kind);
  pen.lineWidth = 1.7;
  pen.beginPath();
  switch (item.kind) {
    case 'boot': pen.arc(x, y, 4.5, 0, 7); pen.save(); pen.fillStyle = colour.paper; pen.fill(); pen.restore(); pen.stroke(); return;
    case 'crash': cross(x, y, 5.5); return;
    case 'reset': case 'refuse': cross(x, y, 3.5); return;
    case 'work': pen.moveTo(x, y - 5); pen.lineTo(x + 5, y); pen.lineTo(x, y + 5); pen.lineTo(x - 5, y); pen.fill(); return;
    case 'log': pen.rect(x - 3.5, y - 3.5, 7, 7); pen.fill(); return;
    case 'timer': line(x - 5, y, x + 5, y); return;
    default: pen.arc(x, y, 2, 0, 7); pen.fill();
  }
}

// paintLabels writes what the messages carry along their arrows: selected ones first, then those
// with most room.
function paintLabels(arrows) {
  const order = arrows.filter((item) => item.type === 'message');
  if (order.length < 400) order.sort((a, b) => rank(b) - rank(a));
  for (const item of order) label(item);
}

const rank = (item) => (item === view.selected ? 4 : 0) + (item === view.hover ? 2 : 0) + (view.chain.has(item) ? 1 : 0);

// wording is the most that can be said of a message in that width: all of it, or its kind at least.
function wording(item, width, terse) {
  const full = item.title + (item.text && item.text !== 'empty' ? '  ' + item.text : '');
  const text = terse ? '' : clip(full, width);
  if (text.length > item.title.length + 8 || text === full) return text;
  return [item.title, shortKind(item.kind)].find((t) => pen.measureText(t).width <= width);
}

function label(item) {
  const e = endOf(item);
  const left = e.x1 < e.x0;
  const dx = Math.abs(e.x1 - e.x0);
  const dy = (e.y1 - e.y0) * (left ? -1 : 1);
  const chosen = rank(item) > 1;
  const along = Math.hypot(dx, dy);
  const steep = Math.abs(dy) > 1.5 * dx;
  pen.font = `${chosen ? 600 : 400} 11.5px ${colour.sans}`;
  const text = wording(item, chosen ? 420 : Math.min(420, along - 34), steep && !chosen);
  if (!text) return;
  const w = pen.measureText(text).width;
  const angle = Math.atan2(dy, dx);
  const bw = w * Math.cos(angle) + 12 * Math.abs(Math.sin(angle));
  const bh = w * Math.abs(Math.sin(angle)) + 12;
  const reach = Math.max(0, 0.5 - (w / 2 + 12) / along); // how far from the middle it may be
  const point = (part) => ({ x: e.x0 + part * (e.x1 - e.x0), y: e.y0 + part * (e.y1 - e.y0) });
  let where = [0.5, 0.5 - reach / 2, 0.5 + reach / 2, 0.5 - reach, 0.5 + reach].map(point).find((p) => slanted(p.x, p.y, bw, bh, angle));
  if (!where && chosen) where = point(0.5);
  if (!where) return;
  pen.save();
  pen.translate(where.x, where.y);
  pen.rotate(angle);
  pen.textAlign = 'center';
  pen.textBaseline = 'bottom';
  pen.lineWidth = 3;
  pen.lineJoin = 'round';
  pen.strokeStyle = colour.halo;
  pen.strokeText(text, 0, -2);
  pen.fillStyle = colour[item.layer];
  pen.fillText(text, 0, -2);
  pen.restore();
}

// slanted covers a slanted text with three boxes, so that parallel arrows can both have theirs.
function slanted(x, y, w, h, angle) {
  const parts = Math.max(1, Math.min(8, Math.round(h / 14)));
  const boxes = [];
  for (let i = 0; i < parts; i++) {
    const part = (i + 0.5) / parts - 0.5;
    boxes.push({ x: x + part * w - w / parts / 2, y: y + part * Math.sign(angle || 1) * h - 13, w: w / parts, h: Math.max(12, h / parts) });
  }
  const free = boxes.every((b) => labels.boxes.every((o) => !(b.x < o.x + o.w && o.x < b.x + b.w && b.y < o.y + o.h && o.y < b.y + b.h)));
  if (free) labels.boxes.push(...boxes);
  return free;
}

// paintFailure is a line through all lanes, with what was violated.
function paintFailure() {
  if (!failure) return;
  const y = yOf(failure.t);
  if (y < head - 40 || y > scale.height + 40) return;
  pen.strokeStyle = colour.bad;
  pen.lineWidth = 2;
  line(gutter - 4, y, scale.width - strip, y);
  pen.font = `600 12px ${colour.sans}`;
  const text = clip(`${failure.rule ? failure.rule + ' violated: ' : 'failed: '}${failure.text}`, scale.width - gutter - strip - 40);
  const w = pen.measureText(text).width + 18;
  pen.fillStyle = colour.bad;
  pen.beginPath();
  pen.roundRect(gutter + 2, y + 5, w, 22, 5);
  pen.fill();
  labels.boxes.push({ x: gutter, y: y, w: w + 4, h: 30 });
  pen.fillStyle = colour.paper;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, gutter + 11, y + 16.5);
}

// paintEmphasis draws what is selected once more, with all that led to it.
function paintEmphasis() {
  for (const item of [...view.chain, view.hover, view.selected]) {
    if (!item || !passes(item)) continue;
    pen.lineWidth = item === view.selected ? 3 : 2.2;
    pen.strokeStyle = pen.fillStyle = colour[item.layer] || colour.accent;
    if (item.type === 'mark') {
      pen.strokeStyle = colour.accent;
      pen.beginPath();
      pen.arc(lanes[item.from].x, yOf(item.t0), item === view.selected ? 9 : 7, 0, 7);
      pen.stroke();
      continue;
    }
    const e = endOf(item);
    line(e.x0, e.y0, e.x1, e.y1);
    paintHead(e);
    if (item === view.selected) {
      pen.beginPath();
      pen.arc(e.x0, e.y0, 4.5, 0, 7);
      pen.fill();
    }
  }
}
