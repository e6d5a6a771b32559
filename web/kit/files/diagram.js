// The space-time diagram: a lane a node, time runs downwards, arrows are messages.
import { coloursOf, layers } from './colours.js';
import { itemsOf, seconds } from './items.js';
import { newScale, rebuildScale, zoomBy, zoomToFit, showTime, timeAt, wholeZoom, laneWidth, placeLanes, inView, yOf,
  contentHeight } from './scale.js';
import { layRows, layFoot } from './marks.js';
import { clock, paintNow } from './paint.js';
import { listen } from './input.js';

// Diagram draws a drawing on a canvas, which has the size that its style gives it. What is said of it, and what
// is chosen, goes to the callbacks in on, each of which may be missing: select(item or null), hover(text),
// painted(counts), enter(). With on.inPage it lets go of the keyboard at Tab and of the wheel at its ends, for a page
// that has more to scroll. With still it is a figure: as tall as the run, and it answers to nobody.
export class Diagram {
  constructor(canvas, drawing, on = {}, still = false) {
    Object.assign(this, itemsOf(drawing), {
      canvas, drawing, on, still, header: drawing.header, faults: drawing.faults, failure: drawing.header.failure || null,
      pen: canvas.getContext('2d'), colour: coloursOf(canvas), scale: newScale(), boxes: [], overview: { key: '', counts: [] },
      shown: [], latest: [], selected: null, hover: null, chain: new Set(), printing: false, asked: false, marked: null,
      filter: { layers: new Set(layers), kind: '', query: '', groups: new Set(['always', 'connections', 'logs']) },
    });
    if (still) Object.assign(this.scale, { strip: 0, head: 28 });
    this.resize();
    if (!still) listen(this);
    const sizes = new ResizeObserver(() => {
      if (canvas.clientWidth !== this.scale.width || canvas.clientHeight !== this.scale.height) this.resize();
    });
    sizes.observe(canvas);
    const themes = new MutationObserver(() => this.recolour());
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const gone = new AbortController();
    const { signal } = gone;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.recolour(), { signal });
    addEventListener('beforeprint', () => this.print(true), { signal });
    addEventListener('afterprint', () => this.print(false), { signal });
    this.close = () => { gone.abort(); sizes.disconnect(); themes.disconnect(); }; // nothing keeps it any longer
  }

  // begin shows the whole run if that is still legible, else the place of the failure, or the begin.
  begin() {
    const wanted = Math.max(0.35, Math.min(1, laneWidth(this) / 250)); // narrow lanes want flat arrows
    const fits = wholeZoom(this) > wanted * 0.6;
    if (fits) zoomToFit(this); else this.scale.zoom = wanted;
    placeLanes(this);
    if (this.failure && !fits) this.showFailure();
    paintNow(this);
    this.canvas.dataset.ready = 'yes';
  }

  // paint draws at the next frame, however often it is asked.
  paint() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; paintNow(this); });
  }

  // resize takes the canvas as it is; a figure makes it as tall as the run.
  resize() {
    const { canvas, scale: s } = this;
    const density = this.printing ? 2.5 : devicePixelRatio || 1;
    s.width = canvas.clientWidth;
    s.gutter = this.still ? stillGutter(this) : s.width < 560 ? 70 : 96;
    layFoot(this);
    this.relay();
    if (this.still) canvas.style.height = Math.ceil(contentHeight(this)) + 'px';
    s.height = canvas.clientHeight;
    canvas.width = Math.round(s.width * density);
    canvas.height = Math.round(s.height * density);
    this.pen.setTransform(density, 0, 0, density, 0, 0);
    paintNow(this);
  }

  recolour() {
    this.colour = coloursOf(this.canvas, this.printing);
    this.paint();
  }

  // print has the diagram in dark ink on paper, or ends that.
  print(on) {
    this.printing = on;
    this.colour = coloursOf(this.canvas, on);
    this.resize();
  }

  passes(item) {
    const { filter, lanes } = this;
    if (item.from >= 0 && !lanes[item.from].shown) return false;
    if (item.to >= 0 && !lanes[item.to].shown) return false;
    if (item.type === 'message' && !filter.layers.has(item.layer)) return false;
    if (item.type === 'link' && !filter.layers.has('network')) return false;
    if (item.group && !filter.groups.has(item.group)) return false;
    if (filter.kind && (item.type !== 'message' || item.kind !== filter.kind)) return false;
    return !filter.query || item.hay.includes(filter.query);
  }

  // relay finds out what is shown, and where.
  relay() {
    this.shown = this.items.filter((item) => this.passes(item));
    let most = -Infinity;
    this.latest = this.shown.map((item) => (most = Math.max(most, item.t1 ?? item.t0)));
    layRows(this);
    rebuildScale(this);
    placeLanes(this);
  }

  // refilter draws after a change of filter or lanes. The time in the middle stays there.
  refilter() {
    const middle = timeAt(this, this.scale.height / 2);
    this.relay();
    zoomBy(this, 1);
    showTime(this, middle);
    this.paint();
  }

  // even gives every millisecond the same room, or ends that.
  even(on) {
    this.scale.linear = on;
    rebuildScale(this);
    this.fit();
  }

  fit() { zoomToFit(this); this.paint(); }

  zoom(factor) { zoomBy(this, factor); this.paint(); }

  // mark draws a line at a time, with what it says.
  mark(t, said) { this.marked = { t, said }; this.paint(); }

  show(t, part) { showTime(this, t, part); this.paint(); }

  visible() { return inView(this); }

  // firstVisible is the time at the upper edge.
  firstVisible() { return timeAt(this, this.scale.head); }

  // select chooses an item, or none; reveal: scroll to it.
  select(item, reveal = true) {
    this.selected = item;
    this.chain = new Set(item ? this.causes(item) : []);
    if (item && reveal) this.reveal(item);
    this.on.select?.(item);
    this.paint();
  }

  // cause is the item that shows what led to an item; undefined if that is not known.
  cause(item) { return this.itemOf.get(this.eventOf.get(item.e0)?.u); }

  // causes follows the causes back to where nothing is known.
  causes(item) {
    const chain = [];
    let cause = this.eventOf.get(item.e0)?.u;
    for (let i = 0; cause && i < 300; i++) {
      const found = this.itemOf.get(cause);
      if (found && found !== item && found !== chain[chain.length - 1]) chain.push(found);
      cause = this.eventOf.get(cause)?.u;
    }
    return chain;
  }

  // led are the items that an item led to.
  led(item) {
    return (this.effects.get(item.e1 || item.e0) || []).map((i) => this.itemOf.get(i)).filter((to) => to && to !== item);
  }

  // reveal scrolls so that the item is in the window.
  reveal(item) {
    const s = this.scale;
    if (yOf(this, item.t0) < s.head + 20 || yOf(this, item.t1 ?? item.t0) > s.height - 20) showTime(this, item.t0, 0.4);
    const x = this.lanes[item.from]?.x;
    if (x < s.gutter + 10) s.left -= s.gutter + 40 - x;
    if (x > s.width - s.strip - 20) s.left += x - s.width + s.strip + 60;
  }

  showFailure() {
    if (!this.failure) return;
    const item = this.itemOf.get(this.eventOf.get(this.failure.event)?.u);
    if (item && this.passes(item)) this.select(item, false);
    this.show(this.failure.t, 0.7);
  }

  // report says how much is in view, for people and for tests.
  report(arrows, marks) {
    const isMessage = (item) => item.type === 'message';
    const counts = {
      lanes: this.lanes.filter((l) => l.shown).length, messages: arrows.filter(isMessage).length, arrows: arrows.length, marks: marks.length,
      labels: this.boxes.length, items: this.shown.length, shown: this.shown.filter(isMessage).length, zoom: this.scale.zoom.toFixed(4), top: Math.round(this.scale.top),
      selected: this.selected ? this.selected.title : '',
    };
    Object.assign(this.canvas.dataset, counts);
    this.on.painted?.(counts);
  }
}

// stillGutter has room for the last time, which is the longest.
function stillGutter(d) {
  d.pen.font = `11px ${d.colour.mono}`;
  return Math.max(74, 24 + d.pen.measureText(clock(d, d.lastTime)).width);
}

// figure draws a drawing as a figure into an element, and says in words what it shows. show may narrow it to some
// layers, and to some groups of what is no message: connections, logs, timers, pieces.
export function figure(element, drawing, show = {}) {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  const d = drawing.header;
  const messages = drawing.messages.length;
  canvas.setAttribute('aria-label', `${d.title || 'A run'}: ${d.nodes.length} nodes, ${messages} messages, up to ${seconds(drawing.events.at(-1)?.t || 0)}`);
  element.append(canvas);
  const diagram = new Diagram(canvas, drawing, {}, true);
  if (show.layers) diagram.filter.layers = new Set(show.layers);
  if (show.groups) diagram.filter.groups = new Set(['always', ...show.groups]);
  diagram.resize();
  return diagram;
}
