// One block.

import { get } from "../api.js";
import { facts, h, section, show, table } from "../dom.js";
import { accountLink, age, blockLink, count, entire, number, transactionHeads, transactionRow, whole } from "../format.js";

export default async function block({ args: [id], signal }) {
  const path = `/v1/blocks/${encodeURIComponent(id)}`;
  const place = h("div");
  let found;
  const draw = async () => {
    found = await get(path, signal);
    show(place, content(found));
  };
  await draw();
  return {
    title: `Block ${whole(found.number)}`,
    body: place,
    update({ kind, data }) {
      return kind === "block" && data.undone.length > 0 ? draw() : null;
    },
  };
}

const at = (time) => (time == null ? "" : h("span", { class: "muted" }, `, ${new Date(time).toLocaleString("en-GB")}`));

const content = (found) => [
  found.on_chain ? null : h("p", { class: "notice", key: "side" }, "This block is on a branch that lost: the chain has another block in its place."),
  facts([
    ["hash", entire(found.hash, "hash")],
    ["received", [age(found.received, "before the node started, or long ago"), at(found.received)]],
    ["parent", found.number === 0 ? null : blockLink(found.parent)],
    ["reward to", accountLink(found.coinbase)],
    ["nonce", number(found.nonce)],
    ["size", count(found.size, "byte")],
  ]),
  section(`Payments (${found.transactions.length})`,
    table("Payments", transactionHeads, found.transactions.map(transactionRow), "This block has no payments.")),
  h("nav", { class: "pages", "aria-label": "Neighbours" },
    found.number > 0 ? h("a", { href: `#/block/${found.number - 1}`, rel: "prev" }, "← Previous block") : null,
    h("a", { href: `#/block/${found.number + 1}`, rel: "next" }, "Next block →")),
];
