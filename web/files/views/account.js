// One account and what it sent and received.

import { get } from "../api.js";
import { facts, h, notice, section, table } from "../dom.js";
import { accountLink, blockLink, entire, transactionLink, whole } from "../format.js";

export default async function account({ args: [key], signal, again }) {
  const path = `/v1/accounts/${encodeURIComponent(key)}`;
  const [found, first] = await Promise.all([get(path, signal), get(`${path}/transactions?limit=25`, signal)]);
  return {
    title: "Account",
    body: [
      facts([
        ["key", entire(found.key)],
        ["balance", whole(found.balance)],
        ["transactions sent", whole(found.nonce)],
        ["waiting", found.pooled || null],
      ]),
      section("History", history(path, key, first, signal)),
    ],
    update({ kind }) {
      if (kind === "block") again();
    },
  };
}

// history lists transactions, and more of them on demand.
export function history(path, key, first, signal) {
  const place = h("div");
  const all = [];
  const add = (page) => {
    all.push(...page.transactions);
    const more = () => get(`${path}/transactions?limit=25&before=${encodeURIComponent(page.next)}`, signal).then(add, (problem) => {
      if (problem.name !== "AbortError") notice(problem.message, "error");
    });
    place.replaceChildren(
      table("History", ["transaction", "with", "amount", "block"], all.map((entry) => row(entry, key)), "Nothing sent and nothing received. What a block pays its miner is in the balance alone."),
      page.next == null ? "" : h("button", { type: "button", onclick: more }, "Earlier ones"));
  };
  add(first);
  return place;
}

// row tells a transaction from the account's side.
function row({ transaction: tx, block }, key) {
  const sent = tx.sender === key;
  const other = sent ? tx.recipient : tx.sender;
  return [
    transactionLink(tx.id), [sent ? "to " : "from ", other === key ? "itself" : accountLink(other)],
    `${sent ? "−" : "+"}${whole(tx.amount)}`, block ? blockLink(block.hash) : "waiting",
  ];
}
