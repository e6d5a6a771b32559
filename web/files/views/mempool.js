// The transactions that wait for a block.

import { get, seldom } from "../api.js";
import { h, steady, table } from "../dom.js";
import { count, transactionHeads, transactionRow } from "../format.js";

export default async function mempool({ signal }) {
  let [pool, status] = await Promise.all([get("/v1/mempool?limit=100", signal), get("/v1/status", signal)]);
  const list = steady(() => {
    const full = Math.ceil(pool.count / Math.max(1, status.max_transactions));
    return [
      h("p", {}, pool.count === 0 ? "0 payments wait." : `${count(pool.count, "payment waits", "payments wait")} for the next ${full === 1 ? "block" : `${full} blocks`}. A block takes up to ${status.max_transactions}.`,
        pool.count > pool.transactions.length ? ` The first ${pool.transactions.length} are listed.` : ""),
      table("Waiting payments", transactionHeads, pool.transactions.map(transactionRow), "A payment stays here from when a node sends it until a block has it."),
    ];
  });
  const look = seldom(async () => {
    pool = await get("/v1/mempool?limit=100", signal);
    list.refresh();
  }, 250, signal);
  list.refresh();
  return {
    title: "Mempool",
    body: list.element,
    update({ kind, data }) {
      if (kind === "status") status = data;
      return kind === "block" || kind === "transaction" ? look() : null;
    },
  };
}
