// The keystore's format, that of `strata wallet` (package wallet says why it is as it is).

import { xchacha20poly1305 } from "./vendor/noble-ciphers/chacha.js";

const format = "strata-keystore/1";
const kdf = { name: "argon2id", time: 3, memory_kib: 65536, threads: 4 };
const encoder = new TextEncoder();

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

// seal encrypts a seed, and returns the keystore as a text.
export async function seal(seed, publicHex, password) {
  const [salt, nonce] = [random(16), random(24)];
  const key = await derive(password, salt, kdf);
  const ciphertext = xchacha20poly1305(key, nonce, additional(publicHex)).encrypt(seed);
  return `${JSON.stringify({
    format, public: publicHex, kdf: { ...kdf, salt: toHex(salt) },
    cipher: { name: "xchacha20poly1305", nonce: toHex(nonce), ciphertext: toHex(ciphertext) },
  }, null, 2)}\n`;
}

// open decrypts the seed of a keystore that parse has returned.
export async function open(keystore, password) {
  const key = await derive(password, fromHex(keystore.kdf.salt), keystore.kdf);
  try {
    return xchacha20poly1305(key, fromHex(keystore.cipher.nonce), additional(keystore.public)).decrypt(fromHex(keystore.cipher.ciphertext));
  } catch {
    throw new Error("Wrong password, or the keystore was changed.");
  }
}

const additional = (publicHex) => encoder.encode(`${format}:${publicHex}`);

// parse reads a keystore's text, and refuses what is none, or would cost too much to open.
export function parse(text) {
  let keystore;
  try {
    keystore = JSON.parse(text);
  } catch {
    throw new Error("This is not a keystore: it is no JSON.");
  }
  const bytes = (value, length) => typeof value === "string" && value.length === 2 * length && /^[0-9a-f]*$/.test(value);
  const number = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
  for (const [field, right] of [
    ["format", keystore?.format === format],
    ["public", bytes(keystore?.public, 32)],
    ["kdf.name", keystore?.kdf?.name === "argon2id"],
    ["kdf.time", number(keystore?.kdf?.time, 1, 10)],
    ["kdf.memory_kib", number(keystore?.kdf?.memory_kib, 8192, 1048576)],
    ["kdf.threads", number(keystore?.kdf?.threads, 1, 16)],
    ["kdf.salt", bytes(keystore?.kdf?.salt, 16)],
    ["cipher.name", keystore?.cipher?.name === "xchacha20poly1305"],
    ["cipher.nonce", bytes(keystore?.cipher?.nonce, 24)],
    ["cipher.ciphertext", bytes(keystore?.cipher?.ciphertext, 48)],
  ]) {
    if (!right) throw new Error(`This is not a keystore of the format ${format}: look at ${field}.`);
  }
  return keystore;
}

// derive makes the key of a password. It takes a second or two: a worker does it, so that the
// page goes on.
function derive(password, salt, { time, memory_kib: memory, threads }) {
  return new Promise((done, fail) => {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      done(data);
    };
    worker.onerror = (event) => {
      worker.terminate();
      fail(new Error(`The key could not be derived: ${event.message || "no worker"}`));
    };
    worker.postMessage({ password: encoder.encode(password), salt, time, memory, threads });
  });
}
