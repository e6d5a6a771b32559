// The last blocks as a tree, in the colours that nodes with that tip have.
import { s } from './kit/dom.js';
import { columnsOf, rowsOf } from './kit/forks.js';

const [wide, high, row] = [80, 46, 66];

// tree draws blocks, with how many nodes are on each: tips maps hashes to counts. room is in pixels.
export function tree(blocks, tips, room) {
  if (blocks.length === 0) return s('svg', { width: 10, height: row });
  const rows = rowsOf(blocks);
  const { at, folds, width } = columnsOf(blocks, room);
  const seen = blocks.filter((block) => at.has(block.number));
  const of = new Map(seen.map((block) => [block.hash, block]));
  const tall = (Math.max(0, ...seen.map((block) => rows.get(block.hash))) + 1) * row;
  const y = (block) => rows.get(block.hash) * row + 6;
  const edge = (block) => {
    const parent = of.get(block.parent);
    const [x1, y1, x2, y2] = [at.get(parent.number) + wide, y(parent) + high / 2, at.get(block.number), y(block) + high / 2];
    return s('path', { key: `to ${block.hash}`, class: block.on_chain ? 'edge' : 'edge off', d: `M${x1} ${y1} C${x1 + 18} ${y1} ${x2 - 18} ${y2} ${x2} ${y2}` });
  };
  const says = (block) => (block.secret ? 'secret' : tips.has(block.hash) ? `${tips.get(block.hash)} on it` : block.attack ? 'attacker' : `by ${block.node}`);
  return s('svg', { width, height: tall, viewBox: `0 0 ${width} ${tall}`, role: 'img', 'aria-label': described(seen) },
    folds.map(({ from, to, x }) => s('line', { key: `fold ${from}`, class: 'fold', x1: Math.max(0, x - 24), x2: x + 64, y1: 6 + high / 2, y2: 6 + high / 2 }, s('title', {}, `blocks ${from} to ${to}`))),
    seen.filter((block) => of.has(block.parent)).map(edge),
    seen.map((block) => s('g', {
      key: block.hash, transform: `translate(${at.get(block.number)} ${y(block)})`,
      class: [`s${block.colour}`, block.on_chain ? '' : 'off', block.attack ? 'attack' : ''].join(' ').trim(),
    },
      s('rect', { width: wide, height: high, rx: 7 }, s('title', {}, `${block.hash}, found by node ${block.node} at ${block.found.toFixed(1)} s`)),
      s('text', { x: wide / 2, y: 19, class: 'number' }, String(block.number)),
      s('text', { x: wide / 2, y: 36, class: 'who' }, says(block)))));
}

function described(blocks) {
  const off = blocks.filter((block) => !block.on_chain && !block.secret).length;
  const secret = blocks.filter((block) => block.secret).length;
  return `${blocks.length} blocks, ${off} off the chain${secret ? `, ${secret} secret` : ''}`;
}
