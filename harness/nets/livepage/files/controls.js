// What one can do to the network.
import { h } from './kit/dom.js';
import { show } from './kit/keyed.js';
import { command } from './kit/elements.js';
import { post } from './api.js';
import { clock } from './words.js';

const $ = (id) => document.getElementById(id);

// The speeds, in seconds of the network for each real one; 0 is as fast as it goes.
export const speeds = [[1, 'real time'], [10, '×10'], [60, '×60'], [600, '×600'], [0, 'as fast as it goes']];

const open = ''; // for as long as nobody ends it
const spans = [[open, 'until I end it'], ['10s', '10 seconds'], ['30s', '30 seconds'], ['2m', '2 minutes'], ['10m', '10 minutes']];
const otherwise = '30s'; // for faults that nobody can end

// The faults: what the button says, what it does, and what the file is told.
const faults = [
  ['Cut off', 'They and all others cannot reach each other', { kind: 'partition' }, true],
  ['Crash', 'They lose everything but their disk, and boot again in the end', { kind: 'crash' }, true],
  ['Freeze', 'They do nothing; what happens to them waits', { kind: 'pause' }, true],
  ['Leave', 'They go and do not come back', { kind: 'leave' }],
];
const more = [
  ['Crash without disk', 'They lose their disk, too', { kind: 'crash', wipe: true }, true],
  ['Reset', 'All their connections fail at once', { kind: 'reset' }],
  ['Lose', 'What they send is lost', { kind: 'cut' }],
  ['Hold back', 'What they send waits', { kind: 'stall' }],
  ['Delay by 2 s', 'What they send takes 2 s longer', { kind: 'delay', by: '2s' }],
  ['Slow to 16 kbit/s', 'Each of their links carries no more', { kind: 'slow', rate: '16 kbit/s' }],
];

// The attacks that one button begins.
const attacks = [
  ['51 % on', 'An attacker with 51 % of the hash power mines in secret, and takes back two blocks or more', { kind: 'double-spend', share: '51 %', confirmations: 2 }],
  ['30 % withhold', 'An attacker with 30 % keeps each of its blocks back for 10 s', { kind: 'withhold', share: '30 %', hold: '10s' }],
  ['35 % selfish', 'An attacker with 35 % wastes the work of others', { kind: 'selfish', share: '35 %' }],
];
const kinds = ['double-spend', 'catch-up', 'selfish', 'withhold', 'censor'];

// Controls are the buttons. whom tells {nodes, regions} that are chosen; said shows what came of a click.
export class Controls {
  constructor(whom, said) {
    this.whom = whom;
    this.said = said;
    $('lasts').append(...spans.map(([value, text]) => h('option', { value }, text)));
    this.speedButtons();
    this.faultButtons();
    this.attackButtons();
    $('save').onclick = () => this.save();
    document.addEventListener('keydown', (event) => this.key(event));
  }

  // act does something and says what went wrong.
  async act(path, body, words) {
    try {
      const answer = await post(path, body);
      this.said(words ?? '');
      return answer;
    } catch (e) {
      this.said(e.message, true);
      return null;
    }
  }

  speedButtons() {
    const step = h('button', { type: 'button', id: 'step', title: 'One second on ( . )', onclick: () => this.act('step', { seconds: 1 }) }, '+1 s');
    const pause = h('button', { type: 'button', id: 'pause', title: 'Pause ( space )', onclick: () => this.pause() }, 'Pause');
    $('speeds').append(pause, step, ...speeds.map(([speed, text], i) => h('button', {
      type: 'button', 'data-speed': speed, 'aria-pressed': 'false', title: `Speed ( ${i + 1} )`, onclick: () => this.speed(speed),
    }, text)));
  }

  async speed(speed) {
    if (await this.act('speed', { speed }) && this.state?.paused) await this.act('pause', { paused: false });
  }

  pause() { return this.act('pause', { paused: !this.state?.paused }); }

  faultButtons() {
    const button = ([text, title, fault, lifted]) => h('button', { type: 'button', title, 'data-fault': fault.kind, onclick: () => this.strike(fault, lifted, title) }, text);
    $('faults').append(...faults.map(button));
    $('more').append(...more.map(button));
  }

  strike(fault, lifted, title) {
    const { nodes, regions } = this.whom();
    if (nodes.length + regions.length === 0) return this.said('Choose nodes or regions first.', true);
    const instant = fault.kind === 'leave' || fault.kind === 'reset';
    const lasts = instant ? open : $('lasts').value || (lifted ? open : otherwise);
    const body = { ...fault, ...(regions.length ? { regions } : { nodes }) };
    if (lasts) body.for = lasts;
    return this.act('strike', body, `${title}${lasts ? `, for ${lasts}` : ''}.`);
  }

  attackButtons() {
    $('attacks').append(...attacks.map(([text, title, attack]) => h('button', { type: 'button', title, 'data-attack': attack.kind, onclick: () => this.raid(attack, title) }, text)));
    const form = $('attack');
    form.append(
      h('label', {}, 'kind ', h('select', { name: 'kind' }, kinds.map((kind) => h('option', {}, kind)))),
      h('label', {}, 'share ', h('input', { name: 'share', type: 'number', min: 1, max: 99, value: 40, required: true }), ' %'),
      h('button', { type: 'submit' }, 'Begin'));
    form.onsubmit = (event) => {
      event.preventDefault();
      const kind = form.kind.value;
      const needs = { 'double-spend': { confirmations: 2 }, 'catch-up': { behind: 2 }, withhold: { hold: '10s' } }[kind] ?? {};
      this.raid({ kind, share: `${form.share.value} %`, ...needs }, `An attack: ${kind}, ${form.share.value} %`);
    };
  }

  raid(attack, title) {
    const body = { ...attack };
    if ($('lasts').value) body.for = $('lasts').value;
    return this.act('raid', body, `${title}.`);
  }

  async save() {
    const file = await this.act('save', {}, 'Saved.');
    if (file) $('save').focus();
  }

  // key is for readers who do not type into something.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
    if (event.key === ' ' && !event.target.closest('button, summary, a')) {
      event.preventDefault();
      this.pause();
    } else if (event.key === '.') this.act('step', { seconds: 1 });
    else if (event.key === 's') this.save();
    else if (speeds[Number(event.key) - 1]) this.speed(speeds[Number(event.key) - 1][0]);
  }

  show(state) {
    this.state = state;
    $('pause').textContent = state.paused ? 'Go on' : 'Pause';
    for (const button of document.querySelectorAll('[data-speed]')) button.setAttribute('aria-pressed', String(Number(button.dataset.speed) === state.speed));
    for (const button of document.querySelectorAll('#attacks button, #attack button')) button.disabled = Boolean(state.alone);
    $('alone').hidden = !state.alone;
    $('alone').textContent = state.alone ?? '';
    this.done(state);
    $('save').textContent = state.unsaved ? `Save as a file (${state.unsaved} new)` : 'Save as a file';
    const { saved } = state;
    if (saved && $('saved').dataset.file !== saved.file) {
      $('saved').dataset.file = saved.file;
      $('saved').replaceChildren(h('p', {}, `Saved ${saved.file}, up to ${clock(saved.at)}. Its run has the hash `, h('code', { id: 'hash' }, saved.hash), '.'), command(saved.command));
    }
  }

  done(state) {
    const end = (deed) => h('button', { type: 'button', onclick: () => this.act('lift', { what: deed.what, number: deed.number }, 'Ended.') }, deed.kind === 'partition' ? 'Heal' : deed.kind === 'crash' ? 'Restart' : 'End');
    const when = (deed) => {
      if (deed.kind === 'leave' || deed.kind === 'reset') return `at ${clock(deed.from)}`;
      if (deed.open && !deed.over) return `since ${clock(deed.from)}`;
      return `${clock(deed.from)} to ${clock(deed.until)}${deed.over ? '' : ', goes on'}`;
    };
    const list = state.done.toReversed().map((deed) => h('li', { key: `${deed.what} ${deed.number}`, class: deed.over ? 'over' : '' },
      h('span', {}, deed.text, h('small', {}, when(deed), deed.given ? ', of the file' : '')),
      (deed.open || deed.what === 'raid') && !deed.over ? end(deed) : null));
    show($('done'), list.length ? list : h('li', { class: 'over' }, 'Nothing yet.'));
  }
}
