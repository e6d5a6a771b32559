// The wallet of this page: one key, kept encrypted by the browser, in the clear only while the
// wallet is open, and then as a key that even this page cannot read back.

import { get, post } from "./api.js";
import { open, parse, seal, toHex } from "./keystore.js";
import { after, isOpen as underWayStill, isSuperseded, nextNonce, observe, remembered, toRemind, underWay } from "./payments.js";
import { forget, keep as store, read } from "./storage.js";

const keystoreKey = "strata-keystore";
const paymentsKey = "strata-payments";
const earlierKey = "strata-sent"; // where payments were kept before chains were noted
const exportedKey = "strata-exported"; // the key of which there is a copy
const mostOpen = 64; // payments under way at once: what nodes pool of one sender
const lockAfter = 15 * 60 * 1000; // milliseconds without use

let signing = null; // the CryptoKey; null: locked
let idle = null;

// A private key as PKCS #8 is this header and the 32-byte seed (RFC 8410).
const pkcs8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

// keystore is what is kept, or null.
export function keystore() {
  const text = keystoreText();
  return text === null ? null : parse(text);
}

export const keystoreText = () => read(keystoreKey);

// isExported says whether the key has left this browser once, or came from elsewhere.
export const isExported = () => read(exportedKey) === keystore()?.public;

// exported notes that there is a copy.
export function exported() {
  store(exportedKey, keystore().public);
}

export const isOpen = () => signing !== null;

const load = (seed, extractable) => {
  if (!globalThis.crypto?.subtle) throw new Error("The browser offers no cryptography here. Open the page at http://127.0.0.1 or localhost, or over https.");
  return crypto.subtle.importKey("pkcs8", Uint8Array.of(...pkcs8, ...seed), "Ed25519", extractable, ["sign"]);
};

// publicOf computes the public key of a seed, in hex.
async function publicOf(seed) {
  const { x } = await crypto.subtle.exportKey("jwk", await load(seed, true));
  const raw = atob(x.replaceAll("-", "+").replaceAll("_", "/"));
  return toHex(Uint8Array.from(raw, (char) => char.charCodeAt(0)));
}

// create draws a key, keeps it under the password and opens the wallet.
export async function create(password) {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const owner = await publicOf(seed);
  keep(await seal(seed, owner, password), owner);
  await use(seed);
}

// keep keeps a keystore, and never in the place of another key: a second tab may have made one meanwhile.
function keep(text, owner) {
  if (keystoreText() !== null && keystore().public !== owner) throw new Error("This browser keeps another key already. Load the page again.");
  store(keystoreKey, text);
}

// bring takes in a keystore's text. Nothing is kept unless the password opens it.
export async function bring(text, password) {
  const brought = parse(text);
  const seed = await open(brought, password);
  if (await publicOf(seed) !== brought.public) throw new Error("The keystore's public key is not that of its private key.");
  const fresh = keystoreText() === null;
  keep(text, brought.public);
  if (fresh) exported();
  await use(seed);
}

export const unlock = (password) => bring(keystoreText(), password);

async function use(seed) {
  signing = await load(seed, false);
  seed.fill(0);
  touch();
}

function touch() {
  clearTimeout(idle);
  idle = setTimeout(lock, lockAfter);
}

export function lock() {
  signing = null;
  clearTimeout(idle);
  dispatchEvent(new Event("wallet-locked"));
}

// remove forgets the key. Without an exported copy it is lost.
export function remove() {
  lock();
  [keystoreKey, paymentsKey, earlierKey, exportedKey].forEach((name) => forget(name));
}

// payments lists what was sent from here and is not deep in the chain yet: {id, text, nonce, amount, recipient,
// made, chain, state, block, depth, replaces, note}.
export function payments() {
  const kept = read(paymentsKey);
  if (kept !== null) return listOf(kept);
  return listOf(read(earlierKey) ?? "[]").map(({ id, text, nonce }) => {
    const [, recipient, , amount] = text.split(",");
    return { id, text, nonce, recipient, amount, made: null, chain: "", state: "submitted", block: null, depth: 0, replaces: "", note: "" };
  });
}

// listOf reads what was kept. Another program, or an earlier page, may have left what is no list.
function listOf(text) {
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function keepPayments(list) {
  store(paymentsKey, JSON.stringify(remembered(list)));
  forget(earlierKey);
}

const update = (id, change) => keepPayments(payments().map((payment) => (payment.id === id ? { ...payment, ...change } : payment)));

// alone runs an action while no other tab changes the payments.
const alone = (action) => navigator.locks.request("strata-payments", action);

// look asks the node for everything. The account comes before and after the transactions: only if the chain did not
// move in between is a payment that it does not know really not there.
async function look(list) {
  const owner = keystore().public;
  let sight;
  for (let tries = 0; tries < 3 && !sight?.sure; tries++) {
    const status = await get("/v1/status");
    const first = await orNull(get("/v1/blocks/1"));
    const before = await get(`/v1/accounts/${owner}`);
    const entries = {};
    const hashes = {};
    for (const { id, state, block } of list) {
      const found = await orNull(get(`/v1/transactions/${id}`));
      if (found) entries[id] = found.block ? { block: found.block.number, hash: found.block.hash } : {};
      if (state === "replaced" && block) hashes[block.number] = (await orNull(get(`/v1/blocks/${block.number}`)))?.hash;
    }
    const account = await get(`/v1/accounts/${owner}`);
    const chain = first ? [status.genesis, status.difficulty, status.block_reward, status.max_transactions, first.hash].join() : "";
    sight = { chain, account, entries, hashes, height: account.height, tip: account.tip, nonce: BigInt(account.nonce), sure: before.tip === account.tip };
  }
  return sight;
}

const orNull = (answer) => answer.catch((problem) => {
  if (problem.status === 404) return null;
  throw problem;
});

// refresh looks at all payments, and hands in again what the node does not know and may still take. Without the
// node's token it only looks.
export const refresh = (mayPost) => alone(() => refreshed(mayPost));

async function refreshed(mayPost) {
  if (payments().length === 0) return null;
  const sight = await look(payments());
  keepPayments(payments().map((payment) => observe(payment, sight)));
  for (const payment of mayPost ? toRemind(payments(), sight) : []) await handIn(payment);
  return sight;
}

// handIn gives the node a payment again. Its "no" changes nothing: the payment may have been sent before.
async function handIn({ id, text, state, replaces }) {
  try {
    await post("/v1/transactions", replaces ? { text, replaces } : { text });
    update(id, { state: after(state, "taken"), note: "" });
  } catch (problem) {
    if (problem.status < 400 || problem.status >= 500 || problem.status === 401) throw problem;
    update(id, { note: problem.message });
  }
}

// send signs a payment and gives it to the node; replaces is the id of one that is under way, whose nonce it takes
// over. Amounts are decimal texts. It resolves to the transaction's id.
export function send(recipient, amount, replaces = "") {
  if (!isOpen()) return Promise.reject(new Error("The wallet is locked."));
  touch();
  return alone(async () => {
    await refreshed(true);
    const sight = await look([]);
    const list = payments();
    if (list.some(({ chain, block }) => chain === sight.chain && block?.number > sight.height)) {
      throw new Error("The node is behind what this wallet has seen. Wait until it has caught up.");
    }
    const nonce = replaces ? takenOver(list, replaces, sight.chain) : nextNonce(list, sight.chain, BigInt(sight.account.next_nonce));
    if (!replaces && list.filter((payment) => payment.chain === sight.chain && underWayStill(payment)).length >= mostOpen) {
      throw new Error("64 payments wait for a block already. Wait for one.");
    }
    const out = underWay(list, sight.chain, nonce);
    if (BigInt(amount) + out > BigInt(sight.account.balance)) {
      throw new Error(`The balance does not suffice: ${sight.account.balance}, of which ${out} are under way.`);
    }
    return submit(await sign(recipient, nonce, amount, sight.chain, replaces));
  });
}

// mayCancel says whether something can be put in the place of a payment.
export const mayCancel = (payment) => underWayStill(payment) && !isSuperseded(payments(), payment);

// cancel puts a payment of nothing to oneself in the place of one that is under way.
export const cancel = (id) => send(keystore().public, "0", id);

function takenOver(list, id, chain) {
  const old = list.find((payment) => payment.id === id);
  if (!old || !underWayStill(old) || old.chain !== chain || isSuperseded(list, old)) throw new Error("Nothing can be put in its place.");
  return BigInt(old.nonce);
}

async function sign(recipient, nonce, amount, chain, replaces) {
  const signed = `${keystore().public},${recipient},${nonce},${amount}`;
  const signature = toHex(new Uint8Array(await crypto.subtle.sign("Ed25519", signing, new TextEncoder().encode(signed))));
  const text = `${signed},${signature}`;
  const id = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  return { id, text, nonce: String(nonce), amount, recipient, made: new Date().toISOString(), chain, state: "made", block: null, depth: 0, replaces, note: "" };
}

// submit hands in a payment for the first time. It is kept first: an answer that is lost must not lead to a second
// payment. What the node refuses was never sent.
async function submit(payment) {
  const { id, text, replaces } = payment;
  keepPayments([...payments().filter((other) => other.id !== id), payment]);
  try {
    await post("/v1/transactions", replaces ? { text, replaces } : { text });
  } catch (problem) {
    if (problem.status < 400 || problem.status >= 500) {
      throw new Error("It is not known whether the node has taken it. It is kept, and sent again if need be: do not repeat it.");
    }
    update(id, { state: after("made", "refused"), note: problem.message });
    throw problem;
  }
  update(id, { state: after("made", "taken") });
  return id;
}
