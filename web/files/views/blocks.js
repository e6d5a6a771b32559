// The chain's blocks, newest first.

import { get } from "../api.js";
import { h, table } from "../dom.js";
import { accountLink, blockLink, whole } from "../format.js";

const aPage = 25;

export default async function blocks({ args: [from], signal }) {
  const page = await get(`/v1/blocks?limit=${aPage}${from ? `&from=${from}` : ""}`, signal);
  const list = h("div", {}, blockTable(page.blocks));
  const newer = h("p", { class: "muted", hidden: true });
  let missed = 0;
  return {
    title: "Blocks",
    body: [newer, list, h("nav", { class: "pages", "aria-label": "Pages of blocks" },
      from ? h("a", { href: "#/blocks" }, "newest") : null,
      page.next == null ? null : h("a", { href: `#/blocks/${page.next}`, rel: "next" }, "older"))],
    async update({ kind }) {
      if (kind !== "block") return;
      if (from) { // a page of history stays as it is
        newer.hidden = false;
        newer.textContent = `${++missed} newer since you opened this page`;
        return;
      }
      list.replaceChildren(blockTable((await get(`/v1/blocks?limit=${aPage}`, signal)).blocks));
    },
  };
}

// blockTable lists blocks as /v1/blocks gives them.
export const blockTable = (list) => table("Blocks", ["number", "block", "transactions", "reward to", "bytes"],
  list.map((block) => [
    h("a", { href: `#/block/${block.number}` }, whole(block.number)), blockLink(block.hash),
    String(block.transactions), accountLink(block.coinbase), whole(block.size),
  ]), "There is no block.");
