// One transaction, waiting or in a block.

import { get, seldom } from "../api.js";
import { facts, h, show } from "../dom.js";
import { accountLink, blockLink, count, entire, number, numberLink } from "../format.js";

export default async function transaction({ args: [id], signal }) {
  const place = h("div");
  const draw = async () => show(place, content(await get(`/v1/transactions/${encodeURIComponent(id)}`, signal)));
  const look = seldom(draw, 250, signal);
  await draw();
  return {
    title: "Transaction",
    body: place,
    update: ({ kind }) => (kind === "block" ? look() : null),
  };
}

const content = ({ transaction: tx, block, confirmations }) => facts([
  ["id", entire(tx.id, "id")],
  ["state", block ? h("span", { class: "badge good" }, "confirmed") : h("span", { class: "badge" }, "waiting for a block")],
  ["block", block && [numberLink(block.number), " ", blockLink(block.hash)]],
  ["confirmations", block && count(confirmations, "block")],
  ["from", accountLink(tx.sender)],
  ["to", accountLink(tx.recipient)],
  ["amount", number(tx.amount)],
  ["nonce", number(tx.nonce)],
  ["signature", entire(tx.signature, "signature")],
]);
