// Strokes that arrows, lanes and marks are made of.
import { yOf, laneWidth } from './scale.js';

export function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

export function cross(pen, x, y, r) {
  line(pen, x - r, y - r, x + r, y + r);
  line(pen, x - r, y + r, x + r, y - r);
}

// endOf is where an arrow ends; one that was not received ends on the way.
export function endOf(d, item) {
  const x0 = d.lanes[item.from]?.x;
  const y0 = yOf(d, item.t0, item.row);
  const to = d.lanes[item.to]?.x ?? x0 + laneWidth(d) * 0.45;
  if (item.t1 !== undefined) return { x0, y0, x1: to, y1: yOf(d, item.t1, item.row), lost: false };
  return { x0, y0, x1: x0 + (to - x0) * 0.5, y1: y0 + 12, lost: true };
}

// paintHead is the tip of an arrow, or the cross of one that did not arrive.
export function paintHead(d, e) {
  const { pen } = d;
  if (e.lost) {
    pen.save();
    pen.strokeStyle = d.colour.bad;
    pen.lineWidth = 1.6;
    cross(pen, e.x1, e.y1, 4);
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
