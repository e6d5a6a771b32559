// How values are written on the page.

import { copier, h, row } from "./dom.js";
import { markOf } from "./kit/mark.js";

export { age, ago, lasting } from "./kit/ages.js";

export const hashPattern = /^[0-9a-f]{64}$/;

// short is a hash or key cut to what one can compare at a glance.
export const short = (hex) => `${String(hex).slice(0, 10)}…${String(hex).slice(-4)}`;

// whole writes a decimal text, or a number, in groups of three. Amounts have 64 bits: never Number. What is no number
// is written as it begins.
export const whole = (digits) => (/^-?[0-9]{1,40}$/.test(digits) ? BigInt(digits).toLocaleString("en").replaceAll(",", "\u202f") : String(digits).slice(0, 24));

// number is a whole number that no line breaks.
export const number = (digits) => h("span", { class: "number" }, whole(digits));

// measure writes a number with three digits and a unit, such as 12.3 MH/s. What would be rounded up to a thousand
// is one of the next prefix.
export function measure(value, unit) {
  const steps = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  for (const [size, prefix] of steps) {
    if (value >= 0.9995 * size) return `${(value / size).toPrecision(3)} ${prefix}${unit}`;
  }
  return `${Math.round(value)} ${unit}`;
}

// count writes how many there are of something.
export const count = (n, one, more = `${one}s`) => `${whole(n)} ${n === 1 ? one : more}`;

const noCoinbase = "0".repeat(64);

// links to the pages of things, cut short, with the whole text for who points at them.
const link = (page) => (hex) => h("a", { href: `#/${page}/${encodeURIComponent(hex)}`, title: hex, class: "hex" }, short(hex));
export const blockLink = link("block");
export const transactionLink = link("transaction");
const keyLink = link("account");

// accountLink has the account's mark before it.
export const accountLink = (key) => (key === noCoinbase ? "nobody" : h("span", { class: "party" }, markOf(key), keyLink(key)));

// numberLink leads to the chain's block of a number.
export const numberLink = (of) => h("a", { href: `#/block/${encodeURIComponent(of)}`, class: "number" }, whole(of));

// entire is a hash or key in full, with a button that copies it.
export const entire = (hex, what) => [h("code", { class: "entire" }, hex), copier(hex, what)];

// transactionRow is a transaction as a row: id, sender, recipient, amount, nonce.
export const transactionRow = (tx) => row(tx.id,
  transactionLink(tx.id), accountLink(tx.sender), accountLink(tx.recipient), number(tx.amount), number(tx.nonce));
export const transactionHeads = ["transaction", "from", "to", "amount", "nonce"];
