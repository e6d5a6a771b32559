// A network, drawn into the room that it has. Nodes keep their places while others come and go. Labels never lie on
// each other; one for which there is no room shows when one points at its node.

import { s } from './dom.js';
import { show } from './keyed.js';

const mostDrawn = 300; // nodes: more are dots that nobody tells apart, and cost seconds to place
const few = 12; // nodes that are placed anew whenever one comes: they make a better picture
const letter = 6.7; // pixels, of the labels' 11 px face
const lineHeight = 14;

// networkMap draws into an element, which has a width. It returns a function that takes {self, nodes, links, silent}:
// addresses, pairs of them, and a set of those that have told nothing. It says how many nodes it left out.
export function networkMap(place) {
  let last = null;
  let places = new Map();
  const draw = () => {
    const width = Math.max(280, place.clientWidth || 0);
    const { nodes, links, self } = last;
    const most = Math.max(320, innerHeight * 0.7);
    const part = width < 600 && nodes.length > 30 ? 1.4 : nodes.length < 8 ? 0.38 : 0.55;
    const height = Math.round(nodes.length < 3 ? 240 : Math.min(Math.max(320, width * part), most));
    places = layout(nodes, links, width, height, places);
    show(place, picture(last, places, width, height, self));
  };
  const sizes = new ResizeObserver(() => {
    if (!last || Number(place.firstChild?.getAttribute('width')) === place.clientWidth) return;
    places = new Map();
    draw();
  });
  sizes.observe(place);
  return (network) => {
    last = fewest(network);
    draw();
    return network.nodes.length - last.nodes.length;
  };
}

// fewest is the network without the nodes that are too many: this node stays, and those with most links.
export function fewest({ self, nodes, links, silent = new Set() }) {
  const known = new Set(nodes);
  const degree = new Map(nodes.map((node) => [node, 0]));
  for (const link of links) for (const end of link) if (known.has(end)) degree.set(end, degree.get(end) + 1);
  const rank = (node) => (node === self ? Infinity : degree.get(node));
  const drawn = nodes.length <= mostDrawn ? nodes : [...nodes].sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1)).slice(0, mostDrawn);
  const kept = new Set(drawn);
  return { self, silent, nodes: [...drawn].sort(), links: links.filter(([a, b]) => kept.has(a) && kept.has(b) && a !== b) };
}

// shortNames leaves out what all addresses begin with, up to the port: {of: address -> label, common}.
export function shortNames(nodes) {
  const hosts = new Set(nodes.map((node) => node.slice(0, node.lastIndexOf(':') + 1)));
  const [common] = hosts;
  if (nodes.length < 2 || hosts.size !== 1 || common === '') return { of: (node) => cut(node), common: '' };
  return { of: (node) => cut(node.slice(common.length - 1)), common: common.slice(0, -1) };
}

const cut = (text) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);

function picture({ self, nodes, links, silent }, places, width, height) {
  const radius = nodes.length > 60 ? 5 : nodes.length > 25 ? 6.5 : 9;
  const names = shortNames(nodes);
  const labels = placeLabels(nodes, links, places, names.of, radius, self, width, height);
  const line = ([from, to]) => {
    const [a, b] = [places.get(from), places.get(to)];
    return s('line', { key: `${from} ${to}`, class: from === self || to === self ? 'mine' : '', x1: a.x.toFixed(1), y1: a.y.toFixed(1), x2: b.x.toFixed(1), y2: b.y.toFixed(1) });
  };
  return s('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${nodes.length} nodes and ${links.length} connections` },
    links.map(line),
    nodes.map((node) => {
      const { x, y } = places.get(node);
      const label = labels.get(node);
      return s('g', { key: node, class: ['peer', node === self ? 'self' : '', silent.has(node) ? 'silent' : '', label.free ? '' : 'crowded'].join(' ').trim(), transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
        s('title', {}, node), s('circle', { r: node === self ? radius + 2 : radius }),
        s('text', { x: label.x.toFixed(1), y: label.y.toFixed(1) }, names.of(node)));
    }));
}

// layout finds places where linked nodes are near and all others apart: springs and charges (Fruchterman and
// Reingold, 1991), from a circle on, so that the same network always looks the same. Where
// there are many, those that had a place stay near it. In the end the whole room is used.
export function layout(nodes, links, width, height, before = new Map()) {
  const known = nodes.filter((node) => before.has(node)).length;
  if (known === nodes.length && before.size === known) return before;
  const calm = known > few && known > nodes.length / 2;
  const points = new Map(nodes.map((node, i) => {
    const old = calm ? before.get(node) : undefined;
    const angle = (2 * Math.PI * i) / nodes.length - (nodes.length > 2 ? Math.PI / 2 : 0);
    return [node, old ? { ...old } : { x: width / 2 + 0.35 * width * Math.cos(angle), y: height / 2 + 0.35 * height * Math.sin(angle) }];
  }));
  const all = [...points.values()];
  const edges = links.map(([from, to]) => [points.get(from), points.get(to)]).filter(([a, b]) => a && b && a !== b);
  const ideal = 0.75 * Math.sqrt((width * height) / (nodes.length + 1));
  const steps = calm ? 60 : nodes.length > 150 ? 120 : 240;
  for (let i = 0; i < steps; i++) settle(all, edges, ideal, (calm ? 0.02 : 0.09) * width * (1 - i / steps), width, height);
  spread(all, width, height);
  return points;
}

function settle(all, edges, ideal, heat, width, height) {
  for (const point of all) {
    point.dx = (width / 2 - point.x) * 0.012;
    point.dy = (height / 2 - point.y) * 0.012 * (width / height);
  }
  for (let i = 0; i < all.length; i++) {
    for (let j = i + 1; j < all.length; j++) push(all[i], all[j], (distance) => (ideal * ideal) / distance);
  }
  for (const [a, b] of edges) push(a, b, (distance) => -(distance * distance) / ideal / 2.5);
  for (const point of all) {
    const long = Math.hypot(point.dx, point.dy) || 1;
    point.x += (point.dx / long) * Math.min(long, heat);
    point.y += (point.dy / long) * Math.min(long, heat);
  }
}

// push drives two points apart by a force of their distance, or together by a negative one.
function push(a, b, force) {
  const [x, y] = [a.x - b.x || 0.01, a.y - b.y];
  const distance = Math.max(1, Math.hypot(x, y));
  const f = force(distance) / distance / 10;
  a.dx += x * f;
  a.dy += y * f;
  b.dx -= x * f;
  b.dy -= y * f;
}

// spread stretches the picture until it fills its room, with an edge for the labels.
function spread(all, width, height) {
  const [edgeX, edgeY] = [Math.min(70, width / 6), 30];
  for (const [axis, room, edge] of [['x', width, edgeX], ['y', height, edgeY]]) {
    const low = Math.min(...all.map((point) => point[axis]));
    const high = Math.max(...all.map((point) => point[axis]));
    const scale = high - low < 1 ? 0 : (room - 2 * edge) / (high - low);
    for (const point of all) point[axis] = scale === 0 ? room / 2 : edge + (point[axis] - low) * scale;
  }
}

// placeLabels finds a place for each label beside its node: {x, y, free}, from the node. Of those that lie on no other
// label, on no node and within the picture it takes a near one that few lines cross.
function placeLabels(nodes, links, places, nameOf, radius, self, width, height) {
  const taken = nodes.map((node) => {
    const { x, y } = places.get(node);
    return { x0: x - radius, x1: x + radius, y0: y - radius, y1: y + radius, node };
  });
  const lines = links.map(([from, to]) => [places.get(from), places.get(to)]);
  const found = new Map();
  const order = [...nodes].sort((a, b) => (b === self) - (a === self));
  for (const node of order) {
    const at = places.get(node);
    const half = (nameOf(node).length * letter) / 2;
    let best = { x: 0, y: -radius - 5, free: false, cost: Infinity };
    for (const [i, [x, y]] of around(half, node === self ? radius + 2 : radius).entries()) {
      const box = { x0: at.x + x - half - 1, x1: at.x + x + half + 1, y0: at.y + y - lineHeight + 3, y1: at.y + y + 3 };
      if (box.x0 < 2 || box.x1 > width - 2 || box.y0 < 2 || box.y1 > height - 2) continue;
      if (taken.some((other) => other.node !== node && box.x0 < other.x1 && other.x0 < box.x1 && box.y0 < other.y1 && other.y0 < box.y1)) continue;
      const crossed = lines.reduce((sum, [a, b]) => sum + (crosses(a, b, box) ? 1 : 0), 0);
      const cost = crossed + 0.25 * i;
      if (cost < best.cost) best = { x, y, free: true, cost, box };
      if (crossed === 0) break;
    }
    if (best.free) taken.push({ ...best.box });
    found.set(node, best);
  }
  return found;
}

// around lists places for the middle of a label's base line, the best first.
function around(half, radius) {
  const [near, beside] = [radius + 5, radius + 4 + half];
  return [[0, -near], [0, near + 9], [beside, 4], [-beside, 4], [half * 0.8, -near], [-half * 0.8, -near],
    [half * 0.8, near + 9], [-half * 0.8, near + 9], [0, -near - 14], [0, near + 23], [beside + 10, -8], [-beside - 10, -8], ...rings];
}

// rings are the places farther away, for where it is crowded.
const rings = [30, 40, 52, 64].flatMap((far) => Array.from({ length: 16 }, (_, i) => [far * 1.5 * Math.cos((i * Math.PI) / 8), far * Math.sin((i * Math.PI) / 8)]));

// crosses says whether a line passes through a box (Liang and Barsky, 1984).
function crosses(a, b, box) {
  let [from, to] = [0, 1];
  for (const [start, delta, low, high] of [[a.x, b.x - a.x, box.x0, box.x1], [a.y, b.y - a.y, box.y0, box.y1]]) {
    if (Math.abs(delta) < 1e-9) {
      if (start < low || start > high) return false;
      continue;
    }
    const [t0, t1] = [(low - start) / delta, (high - start) / delta];
    from = Math.max(from, Math.min(t0, t1));
    to = Math.min(to, Math.max(t0, t1));
  }
  return from <= to;
}
