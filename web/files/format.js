// How values are written on the page.

import { h } from "./dom.js";

export const hashPattern = /^[0-9a-f]{64}$/;

// short is a hash or key cut to what one can compare at a glance.
export const short = (hex) => `${hex.slice(0, 10)}…${hex.slice(-4)}`;

// whole writes a decimal text, or a number, in groups of three. Amounts have 64 bits: never Number.
export const whole = (digits) => BigInt(digits).toLocaleString("en").replaceAll(",", "\u202f");

// measure writes a number with three digits and a unit, such as 12.3 MH/s. What would be rounded up to a thousand
// is one of the next prefix.
export function measure(value, unit) {
  const steps = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  for (const [size, prefix] of steps) {
    if (value >= 0.9995 * size) return `${(value / size).toPrecision(3)} ${prefix}${unit}`;
  }
  return `${Math.round(value)} ${unit}`;
}

// ago writes how long ago a time was.
export function ago(time) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(time)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

const noCoinbase = "0".repeat(64);

// links to the pages of things, cut short, with the whole text for who points at them.
const link = (page) => (hex) => h("a", { href: `#/${page}/${hex}`, title: hex, class: "hex" }, short(hex));
export const blockLink = link("block");
export const transactionLink = link("transaction");
const keyLink = link("account");
export const accountLink = (key) => (key === noCoinbase ? "nobody" : keyLink(key));

// entire is a hash or key in full, to be copied.
export const entire = (hex) => h("code", { class: "entire" }, hex);

// transactionRow is a transaction as cells: id, sender, recipient, amount, nonce.
export const transactionRow = (tx) => [
  transactionLink(tx.id), accountLink(tx.sender), accountLink(tx.recipient), whole(tx.amount), whole(tx.nonce),
];
export const transactionHeads = ["transaction", "from", "to", "amount", "nonce"];
