// The last blocks as they hang together: the chain, and the branches that lost.

import { get, seldom } from "../api.js";
import { h, row, section, steady, table } from "../dom.js";
import { age, blockLink, count, numberLink } from "../format.js";
import { branchesOf, forks } from "../kit/forks.js";

const depth = 200;
const mostUndone = 1000; // hashes that are remembered
const mostLines = 100;

export default async function chain({ signal }) {
  const undone = new Set();
  let { blocks, tip } = await get(`/v1/forks?depth=${depth}`, signal);
  let lines = [];
  let width = 0; // of the picture, in pixels
  const picture = steady(() => {
    const place = picture.element.querySelector(".chain");
    const end = place ? place.scrollWidth - place.clientWidth - place.scrollLeft : 0;
    const follow = end < 40 || picture.element.clientWidth !== width; // new room: from the end again
    width = picture.element.clientWidth;
    if (follow) queueMicrotask(() => toTheEnd(picture.element));
    return [h("div", { class: "scroll chain", tabindex: "0", role: "group", "aria-label": "The last blocks, the newest on the right" },
      forks({ blocks, tip, undone, href: (block) => `#/block/${block.hash}`, room: width - 28 }))];
  });
  const branches = steady(() => [branchTable(branchesOf(blocks), undone)]);
  const log = steady(() => [lines.length === 0 ? h("p", { class: "muted empty" }, "Blocks are listed here as they come.") : h("ol", { class: "log" }, lines.map(line))]);
  const sizes = new ResizeObserver(() => picture.refresh());
  signal.addEventListener("abort", () => sizes.disconnect());
  const draw = () => [picture, branches, log].forEach((part) => part.refresh());
  const look = seldom(async () => {
    ({ blocks, tip } = await get(`/v1/forks?depth=${depth}`, signal));
    draw();
  }, 250, signal);
  return {
    title: "Chain",
    body: [
      h("p", { class: "muted" }, "Time runs to the right. A dashed block was found too, but another branch grew longer; a red one was part of the chain until a reorganisation took it off. Stretches without a fork are folded."),
      picture.element, section("Forks", branches.element), section("As it happens", log.element),
    ],
    placed() {
      draw();
      sizes.observe(picture.element);
    },
    update({ kind, data }) {
      if (kind !== "block") return null;
      data.undone.forEach((hash) => undone.add(hash));
      while (undone.size > mostUndone) undone.delete(undone.values().next().value);
      lines = [{ ...data, at: new Date() }, ...lines].slice(0, mostLines);
      return look();
    },
  };
}

function toTheEnd(element) {
  const place = element.querySelector(".chain");
  if (place) place.scrollLeft = place.scrollWidth;
}

const line = ({ at, hash, number, undone }) => h("li", { key: hash }, h("time", { datetime: at.toISOString() }, at.toLocaleTimeString("en-GB")), " ",
  h("a", { href: `#/block/${hash}` }, `block ${number}`),
  undone.length > 0 ? h("strong", {}, `, a reorganisation: ${count(undone.length, "block")} taken off`) : "");

const branchTable = (branches, undone) => table("Forks", ["fork at", "length", "last block", "received", "was on the chain"],
  branches.map((branch) => row(branch.hash,
    numberLink(branch.from), count(branch.length, "block"), blockLink(branch.hash), age(branch.received, "not known"),
    undone.has(branch.hash) ? "yes, until a reorganisation" : "not while this page was open")),
  "No fork among the last blocks: no two miners found a block at the same time.");
