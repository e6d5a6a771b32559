// Texts on the canvas: shortened where the full one is a click away, broken into lines where it is not, and
// never drawn over each other.

// shorten cuts a text to a width; empty if not even a few letters fit.
export function shorten(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(text.slice(0, middle) + '…').width <= width) low = middle; else high = middle - 1;
  }
  return low > 2 ? text.slice(0, low) + '…' : '';
}

// wrap breaks a text into lines of a width, at most so many: the last one is shortened.
export function wrap(pen, text, width, most) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const longer = lines[lines.length - 1] ? lines[lines.length - 1] + ' ' + word : word;
    if (pen.measureText(longer).width <= width || lines[lines.length - 1] === '') lines[lines.length - 1] = longer;
    else if (lines.length < most) lines.push(word);
    else { lines[most - 1] = longer + ' …'; break; }
  }
  return lines.map((l) => shorten(pen, l, width));
}

// reserve keeps a label's box if nothing is there yet.
export function reserve(d, x, y, w, h) {
  if (d.boxes.some((b) => x < b.x + b.w && b.x < x + w && y < b.y + b.h && b.y < y + h)) return false;
  d.boxes.push({ x, y, w, h });
  return true;
}

// reserveSlanted covers a slanted text with boxes, so that parallel arrows can both have theirs.
export function reserveSlanted(d, x, y, w, h, angle) {
  const parts = Math.max(1, Math.min(8, Math.round(h / 14)));
  const boxes = [];
  for (let i = 0; i < parts; i++) {
    const part = (i + 0.5) / parts - 0.5;
    boxes.push({ x: x + part * w - w / parts / 2, y: y + part * Math.sign(angle || 1) * h - 13, w: w / parts, h: Math.max(12, h / parts) });
  }
  const free = boxes.every((b) => d.boxes.every((o) => !(b.x < o.x + o.w && o.x < b.x + b.w && b.y < o.y + o.h && o.y < b.y + b.h)));
  if (free) d.boxes.push(...boxes);
  return free;
}
