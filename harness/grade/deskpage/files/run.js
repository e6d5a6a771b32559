// A run that fails, as a diagram: the smallest or the whole, beside ours, and how likely it was to fail.
import { Diagram } from './kit/diagram.js';
import { seconds } from './kit/items.js';
import { details } from './kit/details.js';
import { whyChart, whyWords } from './kit/why.js';
import { make, pressed } from './kit/elements.js';
import { ask } from './api.js';
import { choice, trouble } from './parts.js';

// parted is when a run parts from ours, in nanoseconds: the first time that the two lines name; undefined without.
function parted(beside) {
  const times = (beside || []).map((l) => /(\d+\.\d+) s/.exec(l)).filter(Boolean).map((m) => Number(m[1]) * 1e9);
  return times.length ? Math.min(...times) : undefined;
}

// Run is the diagram of one failure with all that belongs to it.
export class Run {
  // told is called with each answer.
  constructor(failure, told) {
    this.failure = failure;
    this.told = told;
    this.show = failure.small ? 'small' : 'whole';
    this.whose = 'yours';
    this.diagrams = [];
    this.element = make('section', '', { class: 'box run', 'aria-label': 'The run' });
    this.stage = make('div', '', { class: 'stage' });
    this.about = make('div', '', { class: 'about', tabindex: '-1', role: 'region', 'aria-label': 'Details' });
    this.pointer = make('p', '', { class: 'pointer' });
    this.live = make('p', '', { class: 'aside', 'aria-live': 'polite' });
    this.element.append(make('h3', 'The run'), this.tools(), this.stage, this.pointer, this.about, this.live);
    this.load();
  }

  tools() {
    const f = this.failure;
    const bar = make('div', '', { class: 'tools' });
    const shows = [...(f.small ? [['small', 'smallest run']] : []), ['whole', 'whole run'], ...(f.rule ? [['why', 'chance to fail']] : [])];
    bar.append(choice('Which run', shows, this.show, (show) => { this.show = show; this.load(); }));
    if (f.rule) bar.append(choice('Whose layers', [['yours', 'yours'], ['both', 'beside ours']], this.whose, (whose) => { this.whose = whose; this.draw(); }));
    const zoom = make('div', '', { class: 'zoom' });
    const each = (act) => () => this.diagrams.forEach(act);
    zoom.append(
      pressed('−', each((d) => d.zoom(1 / 1.5)), { 'aria-label': 'Zoom out' }),
      pressed('+', each((d) => d.zoom(1.5)), { 'aria-label': 'Zoom in' }),
      pressed('fit', each((d) => d.fit()), { title: 'The whole run' }),
    );
    this.save = make('a', 'save as a page', { class: 'save', download: '' });
    zoom.append(this.save);
    bar.append(zoom);
    return bar;
  }

  query() { return { scenario: this.failure.scenario, seed: this.failure.seed, show: this.show }; }

  // load has the run made again.
  async load() {
    this.stop?.abort();
    this.stop = new AbortController();
    this.save.href = `page?${new URLSearchParams(this.query())}`;
    this.clear();
    this.stage.replaceChildren(make('p', this.show === 'why' ? 'Trying other futures of the run …' : 'Running it again …', { class: 'wait' }));
    this.about.replaceChildren();
    try {
      this.answer = await ask('run', this.query(), this.stop.signal);
      this.draw();
      this.told(this.answer);
    } catch (e) {
      if (e.name !== 'AbortError') this.stage.replaceChildren(trouble(e));
    }
  }

  clear() {
    for (const d of this.diagrams) d.close();
    this.diagrams = [];
  }

  // draw draws what has come: yours, and ours beside it if that is wanted.
  draw() {
    const { drawing, ours, text } = this.answer;
    this.clear();
    if (!drawing) {
      this.stage.replaceChildren(make('pre', text, { tabindex: '0' }));
      return;
    }
    const both = this.whose === 'both';
    this.stage.classList.toggle('two', both && Boolean(ours));
    const chance = this.chance(drawing.header.why);
    this.stage.classList.toggle('charted', Boolean(chance));
    const parts = [this.place(drawing, both && ours ? 'yours' : '')];
    if (both && ours) parts.push(this.place(ours, 'ours'));
    this.stage.replaceChildren(...parts.map((p) => p.element), ...(chance ? [chance] : []));
    this.diagrams = parts.map((p) => p.begin());
    if (both && !ours) this.stage.append(make('p', 'There is no run of ours to compare with.', { class: 'note' }));
    const zoom = Math.min(...this.diagrams.map((d) => d.scale.zoom)); // what is compared has one scale
    for (const d of this.diagrams) d.zoom(zoom / d.scale.zoom);
    this.describe(null);
    const doomed = drawing.header.why?.points[drawing.header.why.doomed];
    if (doomed) this.at(doomed.t);
    const at = parted(this.failure.beside);
    if (both && ours && at !== undefined) {
      for (const d of this.diagrams) {
        d.mark(at, 'here they part');
        d.show(at, 0.4);
      }
    }
  }

  place(drawing, title) {
    const element = make('figure', '', { class: 'diagram' });
    if (title) element.append(make('figcaption', title === 'ours' ? 'ours, with the same seed' : 'yours'));
    const canvas = make('canvas', '', {
      tabindex: '0', role: 'application', 'aria-describedby': 'keys',
      'aria-label': `Space-time diagram of ${title === 'ours' ? 'our' : 'your'} run: a lane per node, time runs downwards, arrows are messages.`,
    });
    element.append(canvas);
    const begin = () => {
      const d = new Diagram(canvas, drawing, {
        inPage: true, select: (item) => this.describe(item, d), enter: () => this.about.focus(), hover: (text) => { this.pointer.textContent = text; },
      });
      d.begin();
      return d;
    };
    return { element, begin };
  }

  // describe says what is known of an item, or of the run.
  describe(item, d) {
    this.live.textContent = item ? `${seconds(item.t0)}, ${item.title}, ${item.text}` : '';
    if (item) {
      const box = make('div', '', { class: 'details' });
      box.append(...details(d, item));
      this.about.replaceChildren(box);
      for (const other of this.diagrams) if (other !== d) other.show(item.t0, 0.4);
      return;
    }
    this.about.replaceChildren();
  }

  // chance is how likely the run was to fail, as time went by; null if nobody asked.
  chance(why) {
    if (!why?.futures) return null;
    const chart = make('div', '', { class: 'chance' });
    chart.append(make('h4', 'Chance to fail from then on'), make('p', whyWords(why)), whyChart(why, (t) => this.at(t)));
    const doomed = why.points[why.doomed];
    if (doomed) chart.append(pressed('to where it went wrong', () => this.at(doomed.t)));
    return chart;
  }

  // at shows a time in every diagram.
  at(t) { for (const d of this.diagrams) d.show(t, 0.4); }

  focus() { this.stage.querySelector('canvas')?.focus(); }

  close() {
    this.stop?.abort();
    this.clear();
  }
}
