// One block.

import { get } from "../api.js";
import { facts, h, section, table } from "../dom.js";
import { accountLink, blockLink, entire, transactionHeads, transactionRow, whole } from "../format.js";

export default async function block({ args: [id], signal, again }) {
  const found = await get(`/v1/blocks/${encodeURIComponent(id)}`, signal);
  return {
    title: `Block ${whole(found.number)}`,
    body: [
      found.on_chain ? null : h("p", { class: "notice" }, "This block is on a side branch: the chain has another in its place."),
      facts([
        ["hash", entire(found.hash)],
        ["parent", found.number === 0 ? null : blockLink(found.parent)],
        ["reward to", accountLink(found.coinbase)],
        ["nonce", whole(found.nonce)],
        ["bytes", whole(found.size)],
      ]),
      section(`Transactions (${found.transactions.length})`,
        table("Transactions", transactionHeads, found.transactions.map(transactionRow), "Its miner found none waiting.")),
      h("nav", { class: "pages", "aria-label": "Neighbours" },
        found.number > 0 ? h("a", { href: `#/block/${found.number - 1}`, rel: "prev" }, "the block before") : null,
        h("a", { href: `#/block/${found.number + 1}`, rel: "next" }, "the block after")),
    ].filter(Boolean),
    update({ kind, data }) {
      if (kind === "block" && data.undone.includes(found.hash)) again();
    },
  };
}
