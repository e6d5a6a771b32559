// The last blocks as they hang together: the chain, and the branches that lost.

import { get } from "../api.js";
import { h, s } from "../dom.js";
import { short } from "../format.js";

const depth = 40;
const width = 112; // from a block to the next, in units of the picture
const height = 64;

export default async function chain({ signal }) {
  const picture = h("div", { class: "scroll chain", tabindex: "0", role: "group", "aria-label": "The last blocks, the newest on the right" });
  const undone = new Set();
  const log = h("ol", { class: "log", reversed: true });
  const draw = async () => {
    const stay = picture.scrollWidth - picture.clientWidth - picture.scrollLeft > 40 && picture.firstChild;
    const { blocks, tip } = await get(`/v1/forks?depth=${depth}`, signal);
    picture.replaceChildren(paint(blocks, tip, undone));
    if (!stay) picture.scrollLeft = picture.scrollWidth;
  };
  await draw();
  requestAnimationFrame(() => { picture.scrollLeft = picture.scrollWidth; });
  return {
    title: "Chain",
    body: [
      h("p", { class: "muted" }, "Blocks from left to right. Dashed ones were found too, but another branch grew higher; those that a reorganisation took off the chain are marked."),
      picture, h("h2", {}, "As it happens"), log,
    ],
    async update({ kind, data }) {
      if (kind !== "block") return;
      data.undone.forEach((hash) => undone.add(hash));
      log.prepend(h("li", {}, `${new Date().toLocaleTimeString("en-GB")}  `, h("a", { href: `#/block/${data.hash}` }, `block ${data.number}`),
        data.undone.length > 0 ? ` after ${data.undone.length} undone: a reorganisation` : ""));
      while (log.children.length > 100) log.lastChild.remove();
      await draw();
    },
  };
}

// rows gives each block a row: 0 to the chain, to each branch the first row that is free where it runs.
export function rows(blocks) {
  const of = new Map(blocks.map((block) => [block.hash, block]));
  const row = new Map();
  const taken = []; // by row, the numbers that are taken
  const sides = blocks.filter((block) => !block.on_chain).sort((a, b) => a.number - b.number);
  blocks.filter((block) => block.on_chain).forEach((block) => row.set(block.hash, 0));
  for (const block of sides) {
    const parent = of.get(block.parent);
    let at = parent && !parent.on_chain ? row.get(parent.hash) : 1;
    while (taken[at]?.has(block.number)) at++;
    (taken[at] ??= new Set()).add(block.number);
    row.set(block.hash, at);
  }
  return row;
}

function paint(blocks, tip, undone) {
  const row = rows(blocks);
  const first = Math.min(...blocks.map((block) => block.number));
  const last = Math.max(...blocks.map((block) => block.number));
  const x = (block) => (block.number - first) * width + 8;
  const y = (block) => row.get(block.hash) * height + 8;
  const of = new Map(blocks.map((block) => [block.hash, block]));
  const wide = (last - first + 1) * width + 16;
  const high = (Math.max(...row.values()) + 1) * height + 8;
  return s("svg", { width: wide, height: high, viewBox: `0 0 ${wide} ${high}` },
    blocks.filter((block) => of.has(block.parent)).map((block) => {
      const parent = of.get(block.parent);
      const [x1, y1, x2, y2] = [x(parent) + 88, y(parent) + 22, x(block), y(block) + 22];
      return s("path", { class: "edge", d: `M${x1} ${y1} C${x1 + 14} ${y1} ${x2 - 14} ${y2} ${x2} ${y2}` });
    }),
    blocks.map((block) => s("a", {
      href: `#/block/${block.hash}`, transform: `translate(${x(block)} ${y(block)})`,
      class: ["node", block.on_chain ? "" : "side", block.hash === tip ? "tip" : "", undone.has(block.hash) ? "undone" : ""].join(" "),
      "aria-label": `block ${block.number}${block.on_chain ? "" : ", side branch"}${undone.has(block.hash) ? ", undone" : ""}`,
    },
      s("title", {}, block.hash),
      s("rect", { width: 88, height: 44, rx: 7 }),
      s("text", { x: 44, y: 18, class: "number" }, String(block.number)),
      s("text", { x: 44, y: 35, class: "hash" }, short(block.hash).slice(0, 10)))));
}
