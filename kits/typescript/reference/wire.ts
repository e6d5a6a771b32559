/** The wire formats that the layers share: addresses, peer lists, transactions and blocks. */
import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

import { StrataError, caught } from "../strata_kit/index.ts";
import { errors } from "./errors.ts";

export const MAX_UINT64 = (1n << 64n) - 1n;
const MAX_LIST = 256 << 10; // bytes of a peer list that we write

/** Reads one address, host:port. Throws network.ErrBadAddr. */
export function parseAddr(data: Buffer): string {
  const bad = errors.BAD_ADDR.withText(`bad address ${JSON.stringify(data.toString("latin1").slice(0, 300))}`);
  const addr = data.toString("latin1");
  const parts = /^(?:\[([^\[\]]*)\]|([^:\[\]]*)):([1-9][0-9]{0,4})$/.exec(addr);
  const host = parts?.[1] ?? parts?.[2] ?? "";
  if (parts === null || !/^[A-Za-z0-9._:%-]{1,253}$/.test(host) || Number(parts[3]) > 65535) {
    throw bad;
  }
  const [ip] = host.split("%");
  if ((isIPv4(ip) || isIPv6(ip)) && /^[0.:]+$/.test(ip)) { // every address of a machine, and nobody's in particular
    throw bad;
  }
  return addr;
}

/** A peer list, without the addresses that would make it too long. */
export function joinPeers(peers: readonly string[]): Buffer {
  let joined = "";
  for (const peer of peers) {
    const more = joined === "" ? peer : `${joined},${peer}`;
    if (more.length > MAX_LIST) {
      break;
    }
    joined = more;
  }
  return Buffer.from(joined);
}

/** The addresses of a peer list; looks at the first ones only, and skips what is malformed (P2P-13). */
export function splitPeers(data: Buffer, most: number): string[] {
  const peers: string[] = [];
  for (let at = 0, n = 0; n < most && at < data.length; n++) {
    const comma = data.indexOf(44, at);
    const end = comma < 0 ? data.length : comma;
    try {
      peers.push(parseAddr(data.subarray(at, end)));
    } catch (err) {
      caught(err);
    }
    at = end + 1;
  }
  return peers;
}

/** Throws messaging.ErrBadKind for a kind that MSG-2 does not allow. */
export function checkKind(kind: string): void {
  const size = Buffer.byteLength(kind);
  if (size < 1 || size > 255 || kind.includes("\0")) {
    throw errors.BAD_KIND.withText(`bad kind ${JSON.stringify(kind.slice(0, 300))}`);
  }
}

function number(text: string, error: StrataError): bigint {
  if (!/^(0|[1-9][0-9]{0,19})$/.test(text) || BigInt(text) > MAX_UINT64) {
    throw error.withText("not a canonical decimal of 0 to 2^64-1");
  }
  return BigInt(text);
}

function hex(text: string, size: number, error: StrataError): string {
  if (text.length !== 2 * size || !/^[0-9a-f]*$/.test(text)) {
    throw error.withText(`want ${2 * size} lower-case hex digits`);
  }
  return text;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Moves amount from sender to recipient. Keys and signature are lower-case hex. */
export class Transaction {
  readonly sender: string;
  readonly recipient: string;
  readonly nonce: bigint;
  readonly amount: bigint;
  readonly signature: string;

  constructor(sender: string, recipient: string, nonce: bigint, amount: bigint, signature: string) {
    this.sender = sender;
    this.recipient = recipient;
    this.nonce = nonce;
    this.amount = amount;
    this.signature = signature;
  }

  /** The canonical text (CHN-1). */
  text(): string {
    return `${this.sender},${this.recipient},${this.nonce},${this.amount},${this.signature}`;
  }

  id(): string {
    return sha256(this.text());
  }

  /** Reads a text that is canonical to the last byte. Throws mempool.ErrMalformed. */
  static parse(text: string): Transaction {
    const bad = errors.TRANSACTION_MALFORMED;
    const parts = text.length <= 400 ? text.split(",") : [];
    if (parts.length !== 5) {
      throw bad.withText("malformed transaction");
    }
    return new Transaction(hex(parts[0], 32, bad), hex(parts[1], 32, bad), number(parts[2], bad),
      number(parts[3], bad), hex(parts[4], 64, bad));
  }
}

export class Block {
  readonly number: bigint;
  readonly nonce: bigint;
  readonly parent: string;
  readonly coinbase: string;
  readonly transactions: Transaction[];

  constructor(number: bigint, nonce: bigint, parent: string, coinbase: string, transactions: Transaction[] = []) {
    this.number = number;
    this.nonce = nonce;
    this.parent = parent;
    this.coinbase = coinbase;
    this.transactions = transactions;
  }

  /** The canonical text (CHN-1). */
  text(): string {
    const head = `${this.number}:${this.nonce}:${this.parent}:${this.coinbase}`;
    return [head, ...this.transactions.map((tx) => tx.text())].join(":");
  }

  hash(): string {
    return sha256(this.text());
  }

  /** Reads a text that is canonical to the last byte. Throws chain.ErrMalformed. */
  static parse(text: string): Block {
    const bad = errors.BLOCK_MALFORMED;
    const parts = text.split(":");
    if (parts.length < 4) {
      throw bad.withText("malformed block");
    }
    return new Block(number(parts[0], bad), number(parts[1], bad), hex(parts[2], 32, bad), hex(parts[3], 32, bad),
      parts.slice(4).map(Transaction.parse));
  }
}
