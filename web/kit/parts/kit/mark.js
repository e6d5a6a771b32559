// A mark tells addresses apart at a glance: five by five fields, the same to the left and to the right, and a colour.
// It proves nothing. Whoever searches long enough finds an address with nearly the same mark: compare the digits.

import { s } from './dom.js';

// spread makes 32 bits of a text such that texts that differ in little differ in half of them (FNV-1a, then the last
// steps of MurmurHash3).
function spread(text, seed) {
  let x = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) x = Math.imul(x ^ text.charCodeAt(i), 0x01000193);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

// fieldsOf says which of the fifteen fields left of the middle, and in it, are filled, and in what colour.
export function fieldsOf(text) {
  const bits = spread(text, 0);
  const fields = Array.from({ length: 15 }, (_, i) => ((bits >>> i) & 1) === 1);
  if (fields.every((field) => !field)) fields[7] = true;
  return { fields, hue: spread(text, 1) % 360, other: spread(text, 2) % 360 };
}

// markOf draws the mark of a text, that many pixels wide. Readers who do not see it miss nothing.
export function markOf(text, size = 20) {
  const { fields, hue, other } = fieldsOf(text);
  const field = (x, y, fill) => s('rect', { x, y, width: 1.03, height: 1.03, fill });
  const colour = `hsl(${hue} 58% 46%)`;
  const second = `hsl(${other} 45% 60%)`;
  return s('svg', { class: 'mark', width: size, height: size, viewBox: '-.5 -.5 6 6', 'aria-hidden': 'true' },
    fields.map((filled, i) => {
      if (!filled) return null;
      const [x, y] = [i % 3, Math.floor(i / 3)];
      const fill = (i * 7) % 5 === other % 5 ? second : colour;
      return x === 2 ? field(2, y, fill) : [field(x, y, fill), field(4 - x, y, fill)];
    }));
}
