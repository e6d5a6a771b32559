// The wallet of this page: one key, kept encrypted by the browser, in the clear only while the
// wallet is open, and then as a key that even this page cannot read back.

import { get, post } from "./api.js";
import { open, parse, seal, toHex } from "./keystore.js";

const keystoreKey = "strata-keystore";
const sentKey = "strata-sent";
const lockAfter = 15 * 60 * 1000; // milliseconds without use

let signing = null; // the CryptoKey; null: locked
let idle = null;
let posting = null; // the id of what is on its way to the node for the first time

// A private key as PKCS #8 is this header and the 32-byte seed (RFC 8410).
const pkcs8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

// keystore is what is kept, or null.
export function keystore() {
  const text = localStorage.getItem(keystoreKey);
  return text === null ? null : parse(text);
}

export const keystoreText = () => localStorage.getItem(keystoreKey);
export const isOpen = () => signing !== null;

const load = (seed, extractable) => {
  if (!globalThis.crypto?.subtle) throw new Error("The browser has no WebCrypto here. Open the page as http://127.0.0.1 or localhost, or over https.");
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
  localStorage.setItem(keystoreKey, text);
}

// bring takes in a keystore's text. Nothing is kept unless the password opens it.
export async function bring(text, password) {
  const brought = parse(text);
  const seed = await open(brought, password);
  if (await publicOf(seed) !== brought.public) throw new Error("The keystore's public key is not that of its private key.");
  keep(text, brought.public);
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
  localStorage.removeItem(keystoreKey);
  localStorage.removeItem(sentKey);
}

// sent lists what was sent from here and is not on the chain yet: [{id, text, nonce}].
export const sent = () => JSON.parse(localStorage.getItem(sentKey) ?? "[]");
const keepSent = (list) => localStorage.setItem(sentKey, JSON.stringify(list));

// send signs a transaction and gives it to the node. Amounts are decimal texts.
export async function send(recipient, amount) {
  if (!isOpen()) throw new Error("The wallet is locked.");
  touch();
  const sender = keystore().public;
  const nonce = await nextNonce(sender);
  const signed = `${sender},${recipient},${nonce},${amount}`;
  const signature = toHex(new Uint8Array(await crypto.subtle.sign("Ed25519", signing, new TextEncoder().encode(signed))));
  const text = `${signed},${signature}`;
  const id = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  keepSent([...sent(), { id, text, nonce: String(nonce) }]); // first: an answer that is lost must not lead to a second payment
  posting = id;
  try {
    await post("/v1/transactions", { text });
  } catch (problem) {
    if (problem.status < 400 || problem.status >= 500) {
      throw new Error("It is not known whether the node has taken it. It is kept, and sent again if need be: do not repeat it.");
    }
    keepSent(sent().filter((entry) => entry.id !== id)); // refused: it was never sent
    throw problem;
  } finally {
    posting = null;
  }
  return id;
}

// nextNonce is behind all that the node and this wallet know of.
async function nextNonce(sender) {
  const account = await get(`/v1/accounts/${sender}`);
  await settle(account);
  let nonce = BigInt(account.next_nonce);
  const ours = new Set(sent().map((entry) => entry.nonce));
  while (ours.has(String(nonce))) nonce++;
  return nonce;
}

// settle forgets what the chain has passed, and sends again what the node no longer knows of: nodes
// keep a transaction for a minute.
export async function settle(account) {
  const open = sent().filter((entry) => BigInt(entry.nonce) >= BigInt(account.nonce));
  keepSent(open);
  for (const { id, text } of open.filter((entry) => entry.id !== posting)) {
    const known = await get(`/v1/transactions/${id}`).then(() => true, (problem) => {
      if (problem.status === 404) return false;
      throw problem;
    });
    if (!known) await post("/v1/transactions", { text });
  }
}
