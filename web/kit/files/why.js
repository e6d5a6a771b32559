// The causality graph: how likely the run was to fail, had all that is random come out differently from
// then on. A bar for each time, as strata replay --why draws it.
import { seconds } from './items.js';

const barHeight = 15; // pixels

// space is the namespace of drawings, as the browser knows it.
const space = (() => {
  const one = document.createElement('template');
  one.innerHTML = '<svg></svg>';
  return one.content.firstChild.namespaceURI;
})();

function drawn(name, attributes, text) {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

function percent(why, point) { return Math.round(100 * point.failed / why.futures); }

// whyChart is the graph. go is called with the time of a bar that is clicked; without it the bars are not
// for clicking. The times have the room that the longest needs.
export function whyChart(why, go) {
  const times = 4 + 6.6 * Math.max(...why.points.map((p) => seconds(p.t).length));
  const bars = 150;
  const width = times + bars + 46;
  const tall = why.points.length * barHeight + 4;
  const chart = drawn('svg', { viewBox: `0 0 ${width} ${tall}`, class: 'why', role: 'img', 'aria-label': whyWords(why) });
  chart.append(drawn('path', { class: 'axis', d: `M${times + 4} 0V${tall}M${times + 4 + bars / 2} 0V${tall}M${times + 4 + bars} 0V${tall}` }));
  why.points.forEach((p, i) => {
    const y = i * barHeight + 2;
    const bar = drawn('g', { class: i === why.doomed ? 'doomed' : 'point' });
    const length = bars * p.failed / why.futures;
    bar.append(
      drawn('rect', { class: 'whole', x: 0, y, width, height: barHeight }),
      drawn('text', { class: 'time', x: times, y: y + 11 }, seconds(p.t)),
      drawn('rect', { class: 'bar', x: times + 4, y: y + 2, width: Math.max(1, length), height: barHeight - 4 }),
      drawn('text', { class: 'share', x: times + 8 + bars, y: y + 11 }, `${percent(why, p)} %`),
      drawn('title', {}, `${seconds(p.t)}: ${p.failed} of ${why.futures} futures failed`),
    );
    if (go) {
      bar.classList.add('goes');
      bar.addEventListener('click', () => go(p.t));
    }
    chart.append(bar);
  });
  return chart;
}

// whyWords says what the graph shows.
export function whyWords(why) {
  const at = why.points[why.doomed];
  const before = why.points[why.doomed - 1];
  if (!at || !before) return `In ${percent(why, why.points[0])} % of the futures from the start on it fails; no one moment decided it.`;
  return `Between ${seconds(before.t)} and ${seconds(at.t)} the chance to fail went from ${percent(why, before)} to ${percent(why, at)} %.`;
}
