// One account and what it sent and received.

import { get, seldom } from "../api.js";
import { facts, h, notice, row, section, show, table } from "../dom.js";
import { accountLink, entire, hashPattern, number, numberLink, transactionLink, whole } from "../format.js";
import { markOf } from "../kit/mark.js";
import { qr } from "../qr.js";

export default async function account({ args: [key], signal }) {
  const path = `/v1/accounts/${encodeURIComponent(key)}`;
  const place = h("div");
  const past = history(path, key, signal);
  const draw = async () => {
    const [found] = await Promise.all([get(path, signal), past.look()]);
    show(place, facts([["address", address(found.key)], ...amounts(found), ["payments sent", number(found.nonce)]]));
  };
  const look = seldom(draw, 500, signal);
  await draw();
  return {
    title: "Account",
    body: [place, section("History", past.element)],
    update: ({ kind }) => (kind === "block" || kind === "transaction" ? look() : null),
  };
}

// address is a key in full with its mark, and its QR code on demand.
export const address = (key) => [
  h("span", { class: "party" }, markOf(key, 34), entire(key, "address")),
  hashPattern.test(key) ? h("details", { class: "code" }, h("summary", {}, "QR code"), qr(key, `QR code of the address ${key}`)) : null,
];

// amounts are what an account has, and what it will have once all that waits is in a block.
export function amounts({ balance, pending_in: coming, pending_out: going }) {
  if (coming === "0" && going === "0") return [["balance", number(balance)]];
  const after = big(balance) + big(coming) - big(going);
  return [
    ["balance", number(balance)],
    ["pending, in", coming === "0" ? null : h("span", { class: "number in" }, `+${whole(coming)}`)],
    ["pending, out", going === "0" ? null : h("span", { class: "number out" }, `−${whole(going)}`)],
    ["once confirmed", number(after)],
  ];
}

const big = (digits) => (/^[0-9]{1,20}$/.test(digits) ? BigInt(digits) : 0n);

const aPage = 25;

// history lists transactions, the newest first, and more of them on demand: {element, look}.
export function history(path, key, signal) {
  const element = h("div");
  let [pages, all, next] = [1, [], null];
  const read = async () => {
    const found = [];
    let cursor = null;
    for (let i = 0; i < pages; i++) {
      const page = await get(`${path}/transactions?limit=${aPage}${cursor === null ? "" : `&before=${encodeURIComponent(cursor)}`}`, signal);
      found.push(...page.transactions);
      cursor = page.next;
      if (cursor == null) break;
    }
    [all, next] = [found, cursor];
  };
  const look = async () => {
    await read();
    const more = () => {
      pages++;
      look().catch((problem) => { if (problem.name !== "AbortError") notice(problem.message, "error"); });
    };
    show(element,
      table("History", ["block", "transaction", "with", "amount", "nonce"], all.map((entry) => entryRow(entry, key)),
        "No payments yet. Mining rewards count in the balance, but are no payments."),
      next == null ? null : h("button", { type: "button", key: "more", onclick: more }, "Show earlier payments"));
  };
  return { element, look };
}

// entryRow tells a transaction from the account's side.
function entryRow({ transaction: tx, block }, key) {
  const sent = tx.sender === key;
  const other = sent ? tx.recipient : tx.sender;
  return row(tx.id,
    block ? numberLink(block.number) : "waiting", transactionLink(tx.id),
    h("span", { class: "party" }, sent ? "to " : "from ", other === key ? "itself" : accountLink(other)),
    h("span", { class: `number ${sent ? "out" : "in"}` }, `${sent ? "−" : "+"}${whole(tx.amount)}`), number(tx.nonce));
}
