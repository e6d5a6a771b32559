/** Layer 5: the valid transactions that wait for a block (MEM-1 to MEM-9). */
import { Host, NotWritten, caught, type StrataError, type Timer } from "../strata_kit/index.ts";
import { errors } from "./errors.ts";
import type { Gossip } from "./gossip.ts";
import { Transaction } from "./wire.ts";

const NEW_TX = "bc:new_tx";

export type Config = { keep_for: bigint; max_txs: number; max_per_sender: number };

/** Knows signatures. */
export interface Verifier {
  /** Throws POOL_BAD_SIGNATURE if the signature is wrong (CHN-13). */
  verify(tx: Transaction): void;
}

/** What a block is built of. */
export interface Pool {
  getTransactions(): Transaction[];
  evictTransaction(ids: string[]): void;
}

/** Listens to a pool. */
export interface PoolEvents {
  transactionPooled(tx: Transaction): void;
  transactionLeft(tx: Transaction): void;
  transactionRefused(sender: string, error: StrataError): void;
}

type Pooled = { tx: Transaction; expires: bigint };

/** The place that a transaction takes: there is one for each sender and nonce. */
const slot = (tx: Transaction) => `${tx.sender},${tx.nonce}`;

export class Mempool implements Pool {
  readonly host: Host;
  readonly gossip: Gossip;
  readonly verifier: Verifier;
  readonly config: Config;
  watcher: PoolEvents | null = null;
  queue = new Map<string, Pooled>(); // by id, in order of arrival, which is that of expiry
  slots = new Map<string, string>(); // the id of each sender and nonce
  counts = new Map<string, number>(); // pooled transactions of each sender
  timer: Timer | null = null;
  stopped = false;

  constructor(host: Host, gossip: Gossip, verifier: Verifier, config: Config) {
    this.host = host;
    this.gossip = gossip;
    this.verifier = verifier;
    this.config = config;
  }

  start(watcher: PoolEvents | null): void {
    this.watcher = watcher;
    // strata:begin mempool.2
    this.gossip.registerHandler(NEW_TX, (sender, payload) => this.received(sender, payload));
    // strata:end
  }

  /** Pools a transaction. Throws KNOWN, CONFLICT, SENDER_FULL and POOL_BAD_SIGNATURE. */
  addTransaction(tx: Transaction): void {
    // strata:begin mempool.1
    this.check(tx);
    this.insert(tx);
    // strata:end
  }

  /** Gossips a transaction and pools it, or does neither (MEM-1). */
  announceTransaction(tx: Transaction): void {
    // strata:begin mempool.1
    this.check(tx);
    this.gossip.broadcast(NEW_TX, Buffer.from(tx.text()));
    this.insert(tx);
    // strata:end
  }

  /** Throws what speaks against the transaction (MEM-1, MEM-3, MEM-4, MEM-8). */
  check(tx: Transaction): void {
    // strata:begin mempool.1
    const other = this.slots.get(slot(tx));
    if (other !== undefined) {
      throw other === tx.id() ? errors.KNOWN : errors.CONFLICT;
    }
    if ((this.counts.get(tx.sender) ?? 0) >= this.config.max_per_sender) {
      throw errors.SENDER_FULL;
    }
    this.verifier.verify(tx);
    // strata:end
  }

  /** Pools a checked transaction as the newest; in a full pool the oldest makes room (MEM-7, MEM-8). */
  insert(tx: Transaction): void {
    // strata:begin mempool.1
    if (this.queue.size === this.config.max_txs) {
      const [oldest] = this.queue.keys();
      this.forget(oldest);
    }
    this.queue.set(tx.id(), { tx, expires: this.host.now() + this.config.keep_for });
    this.slots.set(slot(tx), tx.id());
    this.counts.set(tx.sender, (this.counts.get(tx.sender) ?? 0) + 1);
    this.watcher?.transactionPooled(tx);
    this.arm();
    // strata:end
  }

  /** A gossiped transaction travels on exactly if it is new here and valid (MEM-2). */
  received(sender: string, payload: Buffer): boolean {
    // strata:begin mempool.2
    try {
      this.addTransaction(Transaction.parse(payload.toString("latin1")));
    } catch (err) {
      this.watcher?.transactionRefused(sender, caught(err));
      return false;
    }
    return true;
    // strata:end
  }

  /** The pool in order of arrival (MEM-5). */
  getTransactions(): Transaction[] {
    // strata:begin mempool.3
    return [...this.queue.values()].map(({ tx }) => tx);
    // strata:end
  }

  /** Removes transactions; those that are not pooled are passed over (MEM-6). */
  evictTransaction(ids: string[]): void {
    // strata:begin mempool.3
    for (const id of ids) {
      if (this.queue.has(id)) {
        this.forget(id);
      }
    }
    if (this.queue.size === 0) {
      this.disarm();
    }
    // strata:end
  }

  /** Every transaction whose time is over leaves (MEM-7). */
  expire(): void {
    // strata:begin mempool.3
    this.timer = null;
    const now = this.host.now();
    for (const [id, { expires }] of [...this.queue]) {
      if (expires <= now) {
        this.forget(id);
      }
    }
    this.arm();
    // strata:end
  }

  stop(): void {
    // strata:begin mempool.3
    this.stopped = true;
    this.disarm();
    // strata:end
  }

  /** Takes a transaction out of the pool, and tells the watcher (MEM-9). */
  forget(id: string): void {
    const { tx } = this.queue.get(id)!;
    this.queue.delete(id);
    this.slots.delete(slot(tx));
    const left = this.counts.get(tx.sender)! - 1;
    if (left > 0) {
      this.counts.set(tx.sender, left);
    } else {
      this.counts.delete(tx.sender);
    }
    this.watcher?.transactionLeft(tx);
  }

  /** Sets the timer for the oldest transaction, unless one is pending. */
  arm(): void {
    const [oldest] = this.queue.values();
    if (this.timer === null && oldest !== undefined && !this.stopped) {
      this.timer = this.host.after(oldest.expires - this.host.now(), () => this.expire());
    }
  }

  disarm(): void {
    this.host.cancel(this.timer);
    this.timer = null;
  }
}
