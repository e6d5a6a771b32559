// The network as a picture: nodes in the colours of their tips. What the colours say stands beside it in words.

const colours = ['--t0', '--t1', '--t2', '--t3', '--t4', '--t5', '--t6', '--t7'];
const edge = 0.055; // of the picture, around the nodes
const mostLinks = 6000; // more are a grey blot
const near = 16; // pixels around a node that are the node's when one points

// Picture draws into a canvas. pick is called with the nodes that one points at, and whether they are added.
export class Picture {
  constructor(canvas, pick) {
    this.canvas = canvas;
    this.pick = pick;
    this.chosen = new Set();
    this.state = null;
    this.map = null;
    this.box = null;
    new ResizeObserver(() => this.draw()).observe(canvas.parentElement);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    this.listen();
  }

  show(state) {
    this.state = state;
    this.draw();
  }

  // spread is the place of each node, in pixels.
  spread() {
    const width = Math.max(240, this.canvas.parentElement.clientWidth);
    const height = Math.round(Math.min(Math.max(300, width * (width < 560 ? 1 : 0.72)), 680));
    return { width, height, x: (i) => (edge + this.map.x[i] * (1 - 2 * edge)) * width, y: (i) => (edge + this.map.y[i] * (1 - 2 * edge)) * height };
  }

  radius() {
    const n = this.map.nodes.length;
    return n > 1200 ? 2.2 : n > 500 ? 3 : n > 150 ? 4.5 : n > 60 ? 6 : 8;
  }

  draw() {
    if (!this.map || !this.state) return;
    const { canvas, map } = this;
    const { width, height, x, y } = this.spread();
    const scale = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.height = `${height}px`;
    }
    const g = canvas.getContext('2d');
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    const ink = (name) => style.getPropertyValue(name);
    this.links(g, x, y, ink);
    this.names(g, x, y, ink, width);
    const palette = colours.map(ink);
    const radius = this.radius();
    for (let i = 0; i < map.nodes.length; i++) this.node(g, i, x(i), y(i), radius, palette, ink);
    if (this.box) {
      g.strokeStyle = ink('--accent');
      g.setLineDash([4, 3]);
      g.strokeRect(this.box.x, this.box.y, this.box.w, this.box.h);
      g.setLineDash([]);
    }
    canvas.dataset.drawn = String(map.nodes.length);
  }

  // links draws those that a partition cuts as broken lines.
  links(g, x, y, ink) {
    const { map, state } = this;
    if (map.links.length > mostLinks) return;
    const side = sidesOf(map, state);
    g.lineWidth = 1;
    for (const cut of [false, true]) {
      g.beginPath();
      for (const [a, b] of map.links) {
        if ((side[a] !== side[b]) !== cut) continue;
        g.moveTo(x(a), y(a));
        g.lineTo(x(b), y(b));
      }
      g.globalAlpha = Math.min(cut ? 0.7 : 0.6, Math.max(0.05, 300 / map.links.length));
      g.strokeStyle = ink(cut ? '--bad' : '--lane');
      g.setLineDash(cut ? [2, 6] : []);
      g.stroke();
    }
    g.setLineDash([]);
    g.globalAlpha = 1;
  }

  // names writes the regions above their nodes.
  names(g, x, y, ink, width) {
    const { map } = this;
    g.font = '600 12px system-ui, sans-serif';
    g.textAlign = 'center';
    map.regions.forEach((region, r) => {
      const name = plain(region);
      const own = map.region.flatMap((region, i) => (region === r ? [i] : []));
      if (own.length === 0) return;
      const half = g.measureText(name).width / 2 + 6;
      const middle = own.reduce((sum, i) => sum + x(i), 0) / own.length;
      const top = Math.min(...own.map(y));
      const [at, line] = [Math.min(Math.max(middle, half), width - half), Math.max(13, top - this.radius() - 9)];
      g.lineWidth = 4;
      g.strokeStyle = ink('--panel');
      g.strokeText(name, at, line);
      g.fillStyle = ink('--soft');
      g.fillText(name, at, line);
    });
  }

  node(g, i, x, y, radius, palette, ink) {
    const { map, state } = this;
    const shows = state.shows[i];
    const number = map.nodes[i];
    g.beginPath();
    if (number === state.attacker) {
      const r = radius * 1.5 + 1;
      g.moveTo(x, y - r);
      g.lineTo(x + r, y);
      g.lineTo(x, y + r);
      g.lineTo(x - r, y);
      g.closePath();
    } else g.arc(x, y, map.power[i] > 0 ? radius * 1.2 : radius, 0, 2 * Math.PI);
    g.setLineDash(shows === '-' ? [2, 2.5] : []);
    g.fillStyle = shows === '-' ? ink('--panel') : shows === '.' ? ink('--lane') : palette[Number(shows)];
    g.fill();
    g.lineWidth = number === state.attacker || map.power[i] > 0 ? 2 : 1;
    g.strokeStyle = number === state.attacker ? ink('--bad') : shows === '-' ? ink('--soft') : map.power[i] > 0 ? ink('--ink') : ink('--panel');
    g.stroke();
    g.setLineDash([]);
    const level = Number(state.queues[i] ?? 0);
    if (level > 0) {
      g.beginPath();
      g.arc(x, y, radius + 3, -Math.PI / 2, -Math.PI / 2 + (level * Math.PI) / 2);
      g.lineWidth = 3;
      g.strokeStyle = ink('--band');
      g.stroke();
    }
    if (!this.chosen.has(number)) return;
    g.beginPath();
    g.arc(x, y, radius + 4.5, 0, 2 * Math.PI);
    g.lineWidth = 2.5;
    g.strokeStyle = ink('--accent');
    g.stroke();
  }

  // listen has a click choose a node, and a box those within it.
  listen() {
    const at = (event) => {
      const r = this.canvas.getBoundingClientRect();
      return { x: event.clientX - r.left, y: event.clientY - r.top };
    };
    let from = null;
    this.canvas.addEventListener('pointerdown', (event) => { if (event.isPrimary) from = at(event); });
    this.canvas.addEventListener('pointermove', (event) => {
      if (!from || event.pointerType !== 'mouse') return;
      const to = at(event);
      const box = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) };
      this.box = box.w + box.h > 8 ? box : null;
      if (this.box) this.canvas.setPointerCapture(event.pointerId);
      this.draw();
    });
    this.canvas.addEventListener('pointercancel', () => { from = this.box = null; });
    this.canvas.addEventListener('pointerup', (event) => {
      if (from && this.map) {
        if (this.box) this.pick(this.within(this.box), true);
        else this.pick(this.nearest(at(event)), false);
      }
      from = this.box = null;
      this.draw();
    });
  }

  within(box) {
    const { x, y } = this.spread();
    return this.map.nodes.filter((_, i) => x(i) >= box.x && x(i) <= box.x + box.w && y(i) >= box.y && y(i) <= box.y + box.h);
  }

  nearest(point) {
    const { x, y } = this.spread();
    let [best, distance] = [-1, near];
    for (let i = 0; i < this.map.nodes.length; i++) {
      const d = Math.hypot(x(i) - point.x, y(i) - point.y);
      if (d < distance) [best, distance] = [i, d];
    }
    return best < 0 ? [] : [this.map.nodes[best]];
  }
}

// plain is the name of a region as one writes it.
export const plain = (name) => name.replaceAll('_', ' ');

// sidesOf says on which side of the partitions under way each drawn node is.
function sidesOf(map, state) {
  const sides = new Array(map.nodes.length).fill(0);
  state.done.filter((deed) => deed.kind === 'partition' && !deed.over && deed.from <= state.at).forEach((deed, n) => {
    const [nodes, regions] = [new Set(deed.nodes), new Set(deed.regions)];
    map.nodes.forEach((node, i) => {
      if (nodes.has(node) || regions.has(map.regions[map.region[i]])) sides[i] += 2 ** Math.min(n, 30);
    });
  });
  return sides;
}
