// One transaction, waiting or in a block.

import { get } from "../api.js";
import { facts } from "../dom.js";
import { accountLink, blockLink, entire, whole } from "../format.js";

export default async function transaction({ args: [id], signal, again }) {
  const { transaction: tx, block, confirmations } = await get(`/v1/transactions/${encodeURIComponent(id)}`, signal);
  return {
    title: "Transaction",
    body: facts([
      ["id", entire(tx.id)],
      ["state", block ? `in block ${whole(block.number)}, ${confirmations === 1 ? "the newest" : `${whole(confirmations)} blocks deep`}` : "waiting for a block"],
      ["block", block && blockLink(block.hash)],
      ["from", accountLink(tx.sender)],
      ["to", accountLink(tx.recipient)],
      ["amount", whole(tx.amount)],
      ["nonce", whole(tx.nonce)],
      ["signature", entire(tx.signature)],
    ]),
    update({ kind }) {
      if (kind === "block") again();
    },
  };
}
