/** The layers below, as a layer of ours calls them: those of the other side. And who listens to layers. */
import { StrataError, caught, read, type Wire } from "./errors.ts";
import { Remote, bytes, text } from "./host.ts";
import type { Exported, Link } from "./link.ts";
import { Transaction } from "./wire.ts";

/** Which side did something (NET-7). */
export type Side = "ours" | "theirs";

/** Runs once: with the reply, or with the error. */
export type Done = (reply: Buffer | null, error: StrataError | null) => void;

/** Gets a message of a connection or a peer, and returns the bytes to answer with, or null. */
export type Handler<From> = (from: From, payload: Buffer) => Buffer | null;

/** Listens to connections. */
export interface ConnectionEvents {
  connected(conn: number, dialled: Side): void;
  disconnected(conn: number, ended: Side, reason: StrataError | null): void;
}

/** Listens to connections and to what comes on them. */
export interface NetworkEvents extends ConnectionEvents {
  received(conn: number, payload: Buffer): void;
}

/** Listens to peers. */
export interface PeerEvents {
  peerArrived(peer: string): void;
  peerLost(peer: string): void;
}

/** Listens to a pool. */
export interface PoolEvents {
  transactionPooled(tx: Transaction): void;
  transactionLeft(tx: Transaction): void;
  transactionRefused(sender: string, error: StrataError): void;
}

function connectionEvents(to: ConnectionEvents): Exported {
  return {
    connected: (conn: number, dialled: Side) => to.connected(conn, dialled),
    disconnected: (conn: number, ended: Side, reason: Wire | null) => to.disconnected(conn, ended, read(reason)),
  };
}

function peerEvents(link: Link, to: PeerEvents | null): number {
  return to === null ? 0 : link.export({
    peer_arrived: (peer: string) => to.peerArrived(peer),
    peer_lost: (peer: string) => to.peerLost(peer),
  });
}

export class NetworkBelow extends Remote {
  start(handler: NetworkEvents): void {
    this.call("start", this.link.export({
      ...connectionEvents(handler), received: (conn: number, payload: string) => handler.received(conn, bytes(payload)),
    }));
  }

  dial(to: string, done: (conn: number, error: StrataError | null) => void): void {
    this.call("dial", to, this.link.once((conn: number, error: Wire | null) => done(conn, read(error))));
  }

  send(conn: number, payload: Uint8Array): void {
    this.call("send", conn, text(payload));
  }

  close(conn: number): void {
    this.call("close", conn);
  }

  stop(): void {
    this.call("stop");
  }
}

/** What messaging and p2p have in common: the one speaks to connections, the other to addresses. */
class Asks<To> extends Remote {
  registerHandler(kind: string, handler: Handler<To>): void {
    this.call("handle", kind, this.link.function((from: To, payload: string) => {
      const reply = handler(from, bytes(payload));
      return reply === null ? null : text(reply);
    }));
  }

  sendMessage(to: To, kind: string, payload: Uint8Array): void {
    this.call("send", to, kind, text(payload));
  }

  request(to: To, kind: string, payload: Uint8Array, done: Done): void {
    this.call("request", to, kind, text(payload), this.link.once((reply: string | null, error: Wire | null) =>
      done(error === null ? bytes(reply!) : null, read(error))));
  }

  stop(): void {
    this.call("stop");
  }
}

export class MessagingBelow extends Asks<number> {
  start(watcher: ConnectionEvents | null): void {
    this.call("start", watcher === null ? 0 : this.link.export(connectionEvents(watcher)));
  }
}

export class P2PBelow extends Asks<string> {
  start(watcher: PeerEvents | null): void {
    this.call("start", peerEvents(this.link, watcher));
  }

  peers(): string[] {
    return this.call("peers");
  }

  broadcastMessage(kind: string, payload: Uint8Array, excluding: string[] = []): void {
    this.call("broadcast", kind, text(payload), excluding);
  }
}

export class GossipBelow extends Remote {
  start(watcher: PeerEvents | null): void {
    this.call("start", peerEvents(this.link, watcher));
  }

  /** handler says whether the message travels on. */
  registerHandler(kind: string, handler: (from: string, payload: Buffer) => boolean): void {
    this.call("handle", kind, this.link.function((from: string, payload: string) => handler(from, bytes(payload))));
  }

  broadcast(kind: string, payload: Uint8Array): void {
    this.call("broadcast", kind, text(payload));
  }

  stop(): void {
    this.call("stop");
  }
}

export class Verifier extends Remote {
  /** Whether the signature is right (CHN-13). */
  verify(tx: Transaction): boolean {
    try {
      this.call("verify", tx.text());
    } catch (err) {
      caught(err);
      return false;
    }
    return true;
  }
}

/** What an account has. */
export type Account = { balance: bigint; nonce: bigint };

/** The accounts after a block. What is written is kept here until flush, so that a fork costs nothing. */
export class State extends Remote {
  number: bigint;
  hash: string;
  private readonly below: State | null;
  private readonly written = new Map<string, Account>();
  private moved = false;

  constructor(link: Link, ref: number, number: string, hash: string, below: State | null = null) {
    super(link, ref);
    this.number = BigInt(number);
    this.hash = hash;
    this.below = below;
  }

  /** Balance and nonce; zeros for a key that was never touched. */
  account(key: string): Account {
    for (let state: State | null = this; state !== null; state = state.below) {
      const account = state.written.get(key);
      if (account !== undefined) {
        return account;
      }
    }
    const [balance, nonce] = this.call("account", key);
    return { balance: BigInt(balance), nonce: BigInt(nonce) };
  }

  setAccount(key: string, account: Account): void {
    this.written.set(key, account);
  }

  advance(number: bigint, hash: string): void {
    this.number = number;
    this.hash = hash;
    this.moved = true;
  }

  /** A state that begins as a copy; what is written to it is not seen in this one. */
  fork(): State {
    return new State(this.link, this.ref, String(this.number), this.hash, this);
  }

  flush(): void {
    for (const [key, { balance, nonce }] of this.written) {
      this.call("set_account", key, String(balance), String(nonce));
    }
    if (this.moved) {
      this.call("advance", String(this.number), this.hash);
    }
  }
}

export class Pool extends Remote {
  getTransactions(): Transaction[] {
    return this.call("transactions").map(Transaction.parse);
  }

  evictTransaction(...ids: string[]): void {
    this.call("evict", ids);
  }
}
