// The chain as a tree: from left to right, each branch in a row of its own. Stretches without a fork are folded, so
// that the forks are what one sees.

import { s } from './dom.js';

const step = 104; // from a block to the next, in pixels
const row = 62;
const [wide, high] = [80, 42]; // of a block
const fold = 64; // of a stretch that is folded
const leastAtTip = 3; // blocks below the tip that are always shown

// rowsOf gives each block a row: 0 to the chain, to each branch the first row that is free where it runs.
export function rowsOf(blocks) {
  const of = new Map(blocks.map((block) => [block.hash, block]));
  const rows = new Map();
  const taken = []; // by row, the numbers that are taken
  const sides = blocks.filter((block) => !block.on_chain).sort((a, b) => a.number - b.number);
  blocks.filter((block) => block.on_chain).forEach((block) => rows.set(block.hash, 0));
  for (const block of sides) {
    const parent = of.get(block.parent);
    let at = parent && !parent.on_chain ? rows.get(parent.hash) : 1;
    while (taken[at]?.has(block.number)) at++;
    (taken[at] ??= new Set()).add(block.number);
    rows.set(block.hash, at);
  }
  return rows;
}

// columnsOf is where the numbers stand: {at: number -> pixels, folds: [{from, to, x}], width}. Shown are the last
// blocks, as many as there is room for, the forks, and a neighbour on both sides.
export function columnsOf(blocks, room) {
  const numbers = [...new Set(blocks.map((block) => block.number))].sort((a, b) => a - b);
  const last = numbers.at(-1);
  const near = new Set();
  const atTip = Math.max(leastAtTip, Math.floor((room - fold - 16) / step));
  for (const block of blocks) if (!block.on_chain) for (const n of [-1, 0, 1]) near.add(block.number + n);
  const at = new Map();
  const folds = [];
  let x = 8;
  let folded = null;
  for (const number of numbers) {
    if (near.has(number) || number > last - atTip) {
      if (folded) x += fold;
      folded = null;
      at.set(number, x);
      x += step;
    } else if (folded) {
      folded.to = number;
    } else {
      folded = { from: number, to: number, x };
      folds.push(folded);
    }
  }
  return { at, folds, width: x - step + wide + 8 };
}

// branchesOf lists what lies beside the chain, the newest first: {from, tip, blocks, onto}: the lowest and the highest
// number, how many blocks there are, and the hash of the last one.
export function branchesOf(blocks) {
  const of = new Map(blocks.map((block) => [block.hash, block]));
  const sides = blocks.filter((block) => !block.on_chain);
  const parents = new Set(sides.map((block) => block.parent));
  return sides.filter((block) => !parents.has(block.hash)).map((tip) => {
    let first = tip;
    let length = 1;
    for (let parent = of.get(tip.parent); parent && !parent.on_chain; parent = of.get(parent.parent)) {
      first = parent;
      length++;
    }
    return { from: first.number, to: tip.number, length, hash: tip.hash, received: tip.received };
  }).sort((a, b) => b.to - a.to);
}

// forks draws the tree of blocks, {number, hash, parent, on_chain}. undone has the hashes that a reorganisation took
// off the chain; room is how wide the picture may be without scrolling, in pixels.
export function forks({ blocks, tip, undone, href, room }) {
  const rows = rowsOf(blocks);
  const { at, folds, width } = columnsOf(blocks, room);
  const seen = blocks.filter((block) => at.has(block.number));
  const of = new Map(seen.map((block) => [block.hash, block]));
  const tall = (Math.max(0, ...rows.values()) + 1) * row + 4;
  const y = (block) => rows.get(block.hash) * row + 8;
  const edge = (block) => {
    const parent = of.get(block.parent);
    const [x1, y1, x2, y2] = [at.get(parent.number) + wide, y(parent) + high / 2, at.get(block.number), y(block) + high / 2];
    return s('path', { key: `to ${block.hash}`, class: block.on_chain ? 'edge' : 'edge lost', d: `M${x1} ${y1} C${x1 + 18} ${y1} ${x2 - 18} ${y2} ${x2} ${y2}` });
  };
  return s('svg', { class: 'forks', width, height: tall, viewBox: `0 0 ${width} ${tall}` },
    folds.map(folded),
    seen.filter((block) => of.has(block.parent)).map(edge),
    seen.map((block) => s('a', {
      key: block.hash, href: href(block), transform: `translate(${at.get(block.number)} ${y(block)})`,
      class: ['node', block.on_chain ? '' : 'side', block.hash === tip ? 'tip' : '', undone.has(block.hash) ? 'undone' : ''].join(' ').trim(),
      'aria-description': undone.has(block.hash) ? 'taken off the chain' : block.on_chain ? null : 'on a branch that lost',
    },
      s('rect', { width: wide, height: high, rx: 7 }, s('title', {}, block.hash)),
      s('text', { x: wide / 2, y: 18, class: 'number' }, String(block.number)),
      s('text', { x: wide / 2, y: 33, class: 'hash' }, `${block.hash.slice(0, 8)}…`))));
}

const folded = ({ from, to, x }) => s('g', { key: `fold ${from}`, class: 'fold' },
  s('line', { x1: Math.max(0, x - 24), x2: x + fold, y1: 8 + high / 2, y2: 8 + high / 2 }),
  s('title', {}, from === to ? `block ${from}` : `blocks ${from} to ${to}, without a fork`),
  s('text', { x: x + fold / 2 - 12, y: 8 + high / 2 - 7 }, `${to - from + 1} more`));
