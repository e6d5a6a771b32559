// A row of blocks, the newest at the left, and before it what waits for the next ones.

import { age } from './ages.js';
import { h } from './dom.js';
import { markOf } from './mark.js';

const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
const digits = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

// strip makes the row. blocks are the chain's, the highest first: {number, hash, transactions, received, coinbase},
// received and coinbase may be missing. waiting is how many transactions wait, most how many a block can take, href
// where a block leads to.
export function strip({ blocks, waiting, most, href, waitingHref }) {
  return h('ol', { class: 'strip', tabindex: '0', 'aria-label': 'What waits, then the last blocks, the newest first' },
    h('li', { key: 'waiting', class: 'next' }, h('a', { class: 'cube waiting', href: waitingHref },
      level(waiting, most),
      h('span', { class: 'number' }, 'next'),
      h('span', { class: 'what' }, `${digits(waiting)} waiting`),
      h('span', { class: 'when' }, waiting > most ? `${count(Math.ceil(waiting / most), 'block')} full` : 'for a block'))),
    blocks.map((block) => h('li', { key: block.hash }, h('a', { class: 'cube', href: href(block), title: block.hash },
      level(block.transactions, most),
      h('span', { class: 'number' }, digits(block.number)),
      h('span', { class: 'what' }, count(block.transactions, 'payment')),
      h('span', { class: 'when' }, block.received ? age(block.received) : 'earlier', block.coinbase ? markOf(block.coinbase, 22) : null)))));
}

// level is how full a block is: a bar of ten steps, since a page may not have styles of its own in its text.
function level(filled, most) {
  const tenths = most > 0 ? Math.min(10, Math.ceil((10 * filled) / most)) : 0;
  return h('span', { class: `level l${tenths}`, 'aria-hidden': 'true' });
}
