// What becomes of payments: the same states, and the same moves between them, as `strata wallet` has (package
// wallet says why). A test holds both to one table.

// after is the state after an event.
export function after(state, event) {
  if (event === "in block") return "confirmed";
  if (state === "refused" || state === "replaced") return state;
  if (event === "passed") return "replaced";
  if (state === "made" && event === "refused") return "refused";
  if (state === "confirmed" && (event === "in pool" || event === "gone")) return "fell back";
  if (state === "confirmed" || state === "fell back") return state;
  if (event === "in pool") return "pending";
  if ((event === "taken" && state !== "pending") || (event === "gone" && state === "pending")) return "submitted";
  return state;
}

// isOpen says whether a payment may still come to pass and is not on the chain.
export const isOpen = ({ state }) => ["made", "submitted", "pending", "fell back"].includes(state);

// eventOf is what a sight says of a payment; null if it cannot tell. A sight is what a node says at one moment:
// {chain, height, tip, nonce, entries: {id: {block, hash} or {}}, hashes: {number: hash}, sure}.
export function eventOf(payment, sight) {
  const entry = sight.entries[payment.id];
  const sure = sight.sure && sight.chain !== "" && payment.chain === sight.chain && sight.height >= (payment.block?.number ?? 0);
  if (entry?.hash) return "in block";
  if (sure && sight.nonce > BigInt(payment.nonce)) return "passed";
  if (entry) return "in pool";
  return sure ? "gone" : null;
}

// observe is the payment after a look.
export function observe(payment, sight) {
  const entry = sight.entries[payment.id];
  const known = entry && !payment.chain ? { ...payment, chain: sight.chain } : payment;
  const event = eventOf(known, sight);
  if (event === null) return known;
  const seen = { ...known, state: after(known.state, event) };
  if (event === "in block") {
    Object.assign(seen, { block: { number: entry.block, hash: entry.hash }, note: "" });
  } else if (seen.state === "replaced" && event !== "passed") {
    seen.block = null; // what took its place has left the chain: it may still come to pass
  } else if (seen.state === "replaced" && (!seen.block || sight.hashes[seen.block.number] !== seen.block.hash)) {
    seen.block = { number: sight.height, hash: sight.tip };
  } else if (event === "in pool") {
    seen.note = "";
  }
  const counts = (seen.state === "confirmed" || seen.state === "replaced") && seen.block && sight.height >= seen.block.number;
  seen.depth = counts ? sight.height - seen.block.number + 1 : 0;
  return seen;
}

// isSuperseded says whether another payment has taken over the nonce of this one, and may still come to pass.
export const isSuperseded = (list, { id }) =>
  list.some((other) => other.replaces === id && (isOpen(other) || other.state === "confirmed"));

// toRemind lists what a node has to be handed again, in the order of the nonces.
export const toRemind = (list, sight) => list
  .filter((payment) => isOpen(payment) && eventOf(payment, sight) === "gone" && !sight.entries[payment.id] && !isSuperseded(list, payment))
  .sort((a, b) => (BigInt(a.nonce) < BigInt(b.nonce) ? -1 : 1));

// nextNonce is behind all that the node and this wallet know of on a chain.
export function nextNonce(list, chain, nonce) {
  const used = new Set(list
    .filter((payment) => payment.chain === chain && (isOpen(payment) || payment.state === "confirmed"))
    .map((payment) => payment.nonce));
  while (used.has(String(nonce))) nonce++;
  return nonce;
}

// underWay is the sum of what open payments on a chain take, those of one nonce once, and none of one.
export function underWay(list, chain, but) {
  const largest = new Map();
  for (const payment of list) {
    if (payment.chain !== chain || !isOpen(payment) || payment.nonce === String(but)) continue;
    const amount = BigInt(payment.amount);
    if (amount > (largest.get(payment.nonce) ?? 0n)) largest.set(payment.nonce, amount);
  }
  return [...largest.values()].reduce((sum, amount) => sum + amount, 0n);
}

const keepUntil = 100; // blocks on a payment, after which the chain alone remembers it
const keepOver = 32; // payments that were refused or replaced that are remembered

// remembered leaves out what is deep in the chain, and all but the newest that are over otherwise.
export function remembered(list) {
  let over = list.filter(({ state }) => state === "refused" || state === "replaced").length;
  return list.filter(({ state, depth }) => {
    if (state === "confirmed") return depth < keepUntil;
    return (state !== "refused" && state !== "replaced") || over-- <= keepOver;
  });
}
