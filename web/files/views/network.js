// The nodes that this node knows of, and its peers.

import { get } from "../api.js";
import { facts, h, s, section, table } from "../dom.js";
import { ago, measure } from "../format.js";

export default async function network({ signal }) {
  const picture = h("div", { class: "graph" });
  const lists = h("div");
  const draw = async () => {
    const [topology, peers] = await Promise.all([get("/v1/topology", signal), get("/v1/peers", signal)]);
    picture.replaceChildren(paint(topology));
    lists.replaceChildren(peerTable(peers.peers), bans(peers.bans));
  };
  await draw();
  let waiting = null;
  signal.addEventListener("abort", () => clearTimeout(waiting));
  return {
    title: "Network",
    body: [
      h("p", { class: "muted" }, "Filled: this node. Each line is a connection, as this node and its peers tell of theirs."),
      picture, section("Peers", lists),
    ],
    update({ kind }) {
      if (kind !== "peers" || waiting) return;
      waiting = setTimeout(() => { // many come and go at once
        waiting = null;
        draw().catch(() => {}); // the next event draws it
      }, 500);
    },
  };
}

const peerTable = (peers) => table("Peers", ["peer", "dialled by", "since", "in", "out", "penalty"],
  peers.map((peer) => [
    h("span", { title: peer.remote }, peer.address), peer.incoming ? "them" : "us", ago(peer.since),
    measure(peer.bytes_in, "B"), measure(peer.bytes_out, "B"), String(Math.round(peer.penalty)),
  ]), "No peer at the moment.");

const bans = (list) => (list.length === 0 ? "" : section("Banned",
  facts(list.map((ban) => [ban.ip, `until ${new Date(ban.until).toLocaleTimeString("en-GB")}: ${ban.reason}`]))));

const size = 420;

// paint draws nodes and links where layout puts them.
export function paint({ self, nodes, links }) {
  const place = layout(nodes, links);
  const line = ([from, to]) => {
    const [a, b] = [place.get(from), place.get(to)];
    return s("line", { class: from === self || to === self ? "mine" : "", x1: a.x, y1: a.y, x2: b.x, y2: b.y });
  };
  return s("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": `${nodes.length} nodes and ${links.length} connections` },
    links.filter(([from, to]) => place.has(from) && place.has(to)).map(line),
    nodes.map((node) => {
      const { x, y } = place.get(node);
      return s("g", { class: node === self ? "self" : "", transform: `translate(${x} ${y})` },
        s("title", {}, node), s("circle", { r: nodes.length > 40 ? 4 : 8 }),
        nodes.length > 40 ? null : s("text", { y: -12 }, node));
    }));
}

// layout finds places where linked nodes are near and all others apart: springs and charges
// (Fruchterman and Reingold, 1991), from a circle on, so that the same network always looks the same.
export function layout(nodes, links) {
  const points = new Map(nodes.map((node, i) => {
    const angle = (2 * Math.PI * i) / nodes.length;
    return [node, { x: size / 2 + 150 * Math.cos(angle), y: size / 2 + 150 * Math.sin(angle) }];
  }));
  const ideal = size / Math.sqrt(nodes.length + 1) / 1.3;
  const all = [...points.values()];
  const edges = links.map(([from, to]) => [points.get(from), points.get(to)]).filter(([a, b]) => a && b && a !== b);
  for (let step = 0; step < 200; step++) {
    all.forEach((point) => { point.dx = (size / 2 - point.x) * 0.02; point.dy = (size / 2 - point.y) * 0.02; });
    for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) push(a, b, (distance) => (ideal * ideal) / distance);
    for (const [a, b] of edges) push(a, b, (distance) => -(distance * distance) / ideal);
    const heat = 12 * (1 - step / 200);
    for (const point of all) {
      const long = Math.hypot(point.dx, point.dy) || 1;
      point.x = within(point.x + (point.dx / long) * Math.min(long, heat));
      point.y = within(point.y + (point.dy / long) * Math.min(long, heat));
    }
  }
  return points;
}

const within = (value) => Math.min(size - 50, Math.max(50, value));

// push drives two points apart by a force of their distance, or together by a negative one.
function push(a, b, force) {
  const [x, y] = [a.x - b.x, a.y - b.y];
  const distance = Math.max(1, Math.hypot(x, y));
  const f = force(distance) / distance / 10;
  a.dx += x * f;
  a.dy += y * f;
  b.dx -= x * f;
  b.dy -= y * f;
}
