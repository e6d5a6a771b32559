// The transactions that wait for a block.

import { get } from "../api.js";
import { h, table } from "../dom.js";
import { transactionHeads, transactionRow } from "../format.js";

export default async function mempool({ signal }) {
  const place = h("div");
  const draw = async () => {
    const pool = await get("/v1/mempool?limit=100", signal);
    place.replaceChildren(
      h("p", {}, pool.count > pool.transactions.length ? `The first ${pool.transactions.length} of ${pool.count}.` : `${pool.count} in all.`),
      table("Waiting transactions", transactionHeads, pool.transactions.map(transactionRow), "No transaction waits."));
  };
  await draw();
  return {
    title: "Mempool",
    body: place,
    update({ kind }) {
      if (kind === "block" || kind === "transaction") return draw();
    },
  };
}
