// The chain's blocks, newest first.

import { get, seldom } from "../api.js";
import { h, row, steady, table } from "../dom.js";
import { accountLink, age, blockLink, number, numberLink } from "../format.js";

const aPage = 25;
const gap = 250; // milliseconds between two looks, at least

export default async function blocks({ args: [from], signal }) {
  const path = `/v1/blocks?limit=${aPage}${from ? `&from=${encodeURIComponent(from)}` : ""}`;
  let page = await get(path, signal);
  const list = steady(() => [blockTable(page.blocks)]);
  const newer = h("p", { class: "muted", hidden: true });
  let missed = 0;
  const look = seldom(async () => {
    page = await get(path, signal);
    list.refresh();
  }, gap, signal);
  list.refresh();
  return {
    title: "Blocks",
    body: [newer, list.element, h("nav", { class: "pages", "aria-label": "Pages of blocks" },
      from ? h("a", { href: "#/blocks" }, "Newest") : null,
      page.next == null ? null : h("a", { href: `#/blocks/${page.next}`, rel: "next" }, "Older"))],
    update({ kind }) {
      if (kind !== "block") return null;
      if (!from) return look();
      newer.hidden = false; // a page of history stays as it is
      newer.textContent = `${++missed} newer since you opened this page`;
      return null;
    },
  };
}

// blockTable lists blocks as /v1/blocks gives them.
export const blockTable = (list) => table("Blocks", ["number", "received", "block", "payments", "reward to", "bytes"],
  list.map((block) => row(block.hash,
    numberLink(block.number), age(block.received, "before the start"), blockLink(block.hash),
    number(block.transactions), accountLink(block.coinbase), number(block.size))), "There is no block.");
