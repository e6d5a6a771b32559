// A value over time. The drawing is uPlot's.

import uPlot from "./vendor/uplot/uPlot.esm.js";
import { h } from "./dom.js";

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB");

// span is what part of the time is shown, in seconds: all of it, and ten seconds at least. (Of one value alone uPlot
// would make a day.)
export const span = (times) => (times.length === 0 ? [0, 10] : [times[0], Math.max(times.at(-1), times[0] + 10)]);

// chart makes the drawing and returns {element, draw}: draw shows columns, [times, values]. It
// fits itself to its place on the page, until the signal.
export function chart(label, write, signal) {
  const element = h("div", { class: "chart", role: "img", "aria-label": label });
  let plot = null;
  let last = [[], []];
  const make = () => {
    plot?.destroy();
    const style = getComputedStyle(element);
    const axis = { stroke: style.getPropertyValue("--muted"), grid: { stroke: style.getPropertyValue("--line") } };
    plot = new uPlot({
      width: Math.max(200, element.clientWidth), height: 160, padding: [null, 32, null, null], legend: { show: false }, cursor: { show: false },
      scales: { x: { range: () => span(last[0]) }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map(clock) }, { ...axis, size: 90, values: (_, ticks) => ticks.map(write) }],
      series: [{}, { stroke: style.getPropertyValue("--accent"), fill: style.getPropertyValue("--tint"), width: 2 }],
    }, last, element);
  };
  const observer = new ResizeObserver(make);
  observer.observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", make, { signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    plot?.destroy();
  });
  return {
    element,
    draw(columns) {
      last = columns;
      plot?.setData(columns);
    },
  };
}
