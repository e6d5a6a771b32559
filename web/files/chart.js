// A value over time, as an area that begins at nothing.

import { h, s, show } from "./dom.js";
import { lasting, now } from "./kit/ages.js";

const [height, top, foot] = [132, 22, 20];

// chart returns {element, draw}. draw takes {span, ages, values}: how many seconds are shown, and for each value how
// many seconds ago it was, the oldest first. write writes a value. It fits itself to its place until the signal.
export function chart(label, write, signal) {
  const element = h("div", { class: "chart", role: "img", "aria-label": label });
  let last = { span: 3600, ages: [], values: [] };
  let pointed = null; // index of the value that one points at
  const draw = () => show(element, picture(last, Math.max(200, element.clientWidth), write, pointed));
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
  element.onpointermove = ({ clientX }) => {
    const { left, width } = element.getBoundingClientRect();
    const age = (1 - (clientX - left) / width) * last.span;
    pointed = last.ages.length === 0 ? null : last.ages.reduce((best, a, i) => (Math.abs(a - age) < Math.abs(last.ages[best] - age) ? i : best), 0);
    draw();
  };
  element.onpointerleave = () => {
    pointed = null;
    draw();
  };
  return {
    element,
    draw(data) {
      last = data;
      if (pointed >= data.ages.length) pointed = null;
      draw();
      element.setAttribute("aria-label", `${label}: ${data.values.length === 0 ? "nothing yet" : `now ${write(data.values.at(-1))}, at most ${write(Math.max(...data.values))}`}`);
    },
  };
}

// piecesOf cuts a row of ages where nothing was measured for a while.
export function piecesOf(ages, span) {
  const apart = Math.max(45, (3 * span) / 240);
  const pieces = [];
  ages.forEach((age, i) => {
    if (i === 0 || ages[i - 1] - age > apart) pieces.push([]);
    pieces.at(-1).push(i);
  });
  return pieces;
}

function picture({ span, ages, values }, width, write, pointed) {
  const most = Math.max(...values, 0);
  const x = (i) => (width - 1) * (1 - Math.min(span, ages[i]) / span);
  const y = (value) => height - foot - (most > 0 ? (value / most) * (height - top - foot) : 0);
  const at = (i) => `${x(i).toFixed(1)} ${y(values[i]).toFixed(1)}`;
  const floor = height - foot;
  return s("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
    s("line", { class: "axis", x1: 0, x2: width, y1: floor, y2: floor }),
    values.length === 0 ? s("text", { class: "none", x: width / 2, y: height / 2 }, "The first values come in a few seconds.") : null,
    most > 0 ? [s("line", { class: "most", x1: 0, x2: width, y1: top, y2: top }), s("text", { x: 6, y: top - 7 }, write(most))] : null,
    piecesOf(ages, span).map((piece) => (piece.length === 1
      ? s("circle", { class: "dot", cx: x(piece[0]), cy: y(values[piece[0]]), r: 2.5 })
      : [s("path", { class: "area", d: `M${x(piece[0]).toFixed(1)} ${floor} L${piece.map(at).join(" ")} L${x(piece.at(-1)).toFixed(1)} ${floor} Z` }),
        s("path", { class: "curve", d: `M${piece.map(at).join(" L")}` })])),
    s("text", { x: 6, y: height - 6 }, `${lasting(span)} ago`),
    s("text", { class: "end", x: width - 6, y: height - 6 }, "now"),
    pointed === null ? null : [
      s("line", { class: "pointer", x1: x(pointed), x2: x(pointed), y1: top, y2: floor }),
      s("circle", { class: "dot", cx: x(pointed), cy: y(values[pointed]), r: 3 }),
      s("text", { class: "end said", x: width - 6, y: top - 7 }, `${new Date(now() - 1000 * ages[pointed]).toLocaleTimeString("en-GB")}  ${write(values[pointed])}`),
    ]);
}
