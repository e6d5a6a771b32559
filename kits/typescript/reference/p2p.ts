/** Layer 3: finds peers, keeps enough of them and not too many, and talks to them by address (P2P-1 to P2P-15). */
import { Host, NotWritten, SECOND, StrataError, caught, type Timer } from "../strata_kit/index.ts";
import { errors } from "./errors.ts";
import type { Done, Handler, Messaging } from "./messaging.ts";
import type { Network, Side } from "./network.ts";
import { checkKind, joinPeers, parseAddr, splitPeers } from "./wire.ts";

const HELLO = "p2p:hello", GET_PEERS = "p2p:get_peers";
const REJECTED = 0, ACCEPTED = 1;
const LINGER = SECOND; // that a replaced connection stays open for what is under way on it

export type Config = {
  self: string; bootstrap: string[]; max_peers: number; interval: bigint; hello_within: bigint; max_listed: number;
  max_dials: number; backoff_min: bigint; backoff_max: bigint;
};

/** Listens to peers. */
export interface PeerEvents {
  peerArrived(peer: string): void;
  peerLost(peer: string): void;
}

class Connection {
  readonly id: number;
  addr: string; // empty until its hello has said it
  readonly outgoing: boolean;
  peer: Peer | null = null; // once its hello is accepted
  deadline: Timer | null = null;

  constructor(id: number, addr: string, outgoing: boolean) {
    this.id = id;
    this.addr = addr;
    this.outgoing = outgoing;
  }
}

class Peer {
  readonly addr: string;
  conn: Connection | null; // that is sent on; null once the peer is lost

  constructor(addr: string, conn: Connection) {
    this.addr = addr;
    this.conn = conn;
  }
}

type Failures = { count: number; at: bigint };

/** In the order of the bytes, in which addresses are compared. */
const ascending = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export class P2PNode {
  readonly host: Host;
  readonly network: Network;
  readonly messaging: Messaging;
  readonly config: Config;
  watcher: PeerEvents | null = null;
  conns = new Map<number, Connection>();
  listed = new Map<string, Peer>();
  pending = 0; // accepted in this callback, listed right after it
  dialling = new Set<string>();
  failures = new Map<string, Failures>();
  round: Timer | null = null;
  stopped = false;

  constructor(host: Host, network: Network, messaging: Messaging, config: Config) {
    this.host = host;
    this.network = network;
    this.messaging = messaging;
    this.config = config;
  }

  start(watcher: PeerEvents | null): void {
    this.watcher = watcher;
    this.messaging.registerHandler(HELLO, (sender, payload) => this.hello(sender, payload));
    this.messaging.registerHandler(GET_PEERS, (sender) => this.askedForPeers(sender));
    this.messaging.start(this);
    this.try(this.config.bootstrap);
    this.round = this.host.after(this.config.interval, () => this.maintain());
  }

  /** Disconnects every peer and stops messaging (P2P-15). */
  stop(): void {
    if (this.stopped) {
      return;
    }
    this.stopped = true;
    // strata:begin p2p.4
    this.host.cancel(this.round);
    for (const peer of this.sorted()) {
      this.drop(peer);
    }
    this.messaging.stop();
    // strata:end
  }

  sorted(): Peer[] {
    return this.peers().map((addr) => this.listed.get(addr)!);
  }

  drop(peer: Peer): void {
    if (peer.conn !== null) {
      this.network.close(peer.conn.id);
    }
  }

  // Dialling.

  /** Dials those of the addresses that may be dialled, in random order. */
  try(addrs: string[]): void {
    if (this.stopped) {
      return;
    }
    for (const addr of this.host.random.sample(addrs, addrs.length)) {
      if (this.mayDial(addr)) {
        this.dial(addr);
      }
    }
  }

  mayDial(addr: string): boolean {
    if (addr === this.config.self || this.listed.has(addr) || this.dialling.has(addr)) {
      return false;
    }
    if (this.dialling.size >= this.config.max_dials) {
      return false;
    }
    if (this.listed.size + this.pending + this.dialling.size >= this.config.max_peers) {
      return false;
    }
    const failed = this.failures.get(addr);
    if (failed === undefined) {
      return true;
    }
    // strata:begin p2p.4
    const grown = this.config.backoff_min * 2n ** BigInt(Math.min(failed.count - 1, 60));
    const wait = grown < this.config.backoff_max ? grown : this.config.backoff_max;
    return this.host.now() - failed.at >= wait;
    // strata:end
  }

  dial(to: string): void {
    this.dialling.add(to);
    this.network.dial(to, (conn, error) => {
      if (error !== null) {
        this.dialling.delete(to);
        this.failed(to);
        return;
      }
      this.greet(this.open(conn, to, true));
    });
  }

  /** Notes that a dial came to nothing. The table is bounded. */
  failed(addr: string): void {
    const count = this.failures.get(addr)?.count ?? 0;
    if (count === 0 && this.failures.size >= this.config.max_listed) {
      const [oldest] = [...this.failures].reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.failures.delete(oldest);
    }
    this.failures.set(addr, { count: count + 1, at: this.host.now() });
  }

  // Hello.

  /** Says hello on a connection that we dialled (P2P-1). */
  greet(conn: Connection): void {
    // strata:begin p2p.1
    this.messaging.request(conn.id, HELLO, Buffer.from(this.config.self),
      (reply, error) => this.answered(conn, reply, error));
    // strata:end
  }

  /** Ends a dial with what came of its hello (P2P-3, P2P-4). */
  answered(conn: Connection, reply: Buffer | null, error: StrataError | null): void {
    this.dialling.delete(conn.addr);
    // strata:begin p2p.1
    const verdict = error === null ? reply![0] : undefined;
    if (verdict !== ACCEPTED) {
      const peers = verdict === REJECTED ? splitPeers(reply!.subarray(1), this.config.max_listed) : [];
      this.failed(conn.addr);
      this.network.close(conn.id);
      this.try(peers);
      return;
    }
    if (this.full() && !this.listed.has(conn.addr)) {
      this.network.close(conn.id);
      return;
    }
    this.host.cancel(conn.deadline);
    this.add(conn);
    // strata:end
  }

  /** Handles the hello of whoever dialled us (P2P-2, P2P-3, P2P-5, P2P-7, P2P-14). */
  hello(sender: number, payload: Buffer): Buffer | null {
    // strata:begin p2p.1
    const conn = this.conns.get(sender)!;
    let addr = "";
    try {
      addr = parseAddr(payload);
    } catch (err) {
      caught(err);
    }
    if (addr === "" || conn.addr !== "") {
      this.network.close(sender);
      return null;
    }
    conn.addr = addr;
    const others = joinPeers(this.others(addr));
    if (addr === this.config.self || this.full()) {
      return Buffer.concat([Buffer.of(REJECTED), others]);
    }
    this.host.cancel(conn.deadline);
    this.pending++;
    this.host.after(0n, () => this.accepted(conn));
    return Buffer.concat([Buffer.of(ACCEPTED), others]);
    // strata:end
  }

  /** Lists the peer, now that the acceptance is on its way. */
  accepted(conn: Connection): void {
    // strata:begin p2p.1
    this.pending--;
    if (this.conns.get(conn.id) === conn) {
      this.add(conn);
    }
    // strata:end
  }

  full(): boolean {
    // strata:begin p2p.1
    return this.listed.size + this.pending >= 2 * this.config.max_peers;
    // strata:end
  }

  others(asker: string): string[] {
    return this.peers().filter((addr) => addr !== asker);
  }

  // Connections and peers.

  open(id: number, addr: string, outgoing: boolean): Connection {
    const conn = new Connection(id, addr, outgoing);
    this.conns.set(id, conn);
    this.closeAfter(conn, this.config.hello_within);
    return conn;
  }

  closeAfter(conn: Connection, delay: bigint): void {
    conn.deadline = this.host.after(delay, () => this.network.close(conn.id));
  }

  connected(conn: number, dialled: Side): void {
    if (dialled === "theirs") {
      this.open(conn, "", false);
    }
  }

  /** Makes the connection its peer's; of two connections both ends keep the same one (P2P-6). */
  add(conn: Connection): void {
    const peer = this.listed.get(conn.addr);
    if (peer === undefined) {
      conn.peer = new Peer(conn.addr, conn);
      this.listed.set(conn.addr, conn.peer);
      this.failures.delete(conn.addr);
      this.watcher?.peerArrived(conn.addr);
      return;
    }
    // strata:begin p2p.2
    const old = peer.conn!;
    conn.peer = peer;
    if (old.outgoing !== conn.outgoing && old.outgoing === (this.config.self < conn.addr)) {
      this.closeAfter(conn, LINGER);
      return;
    }
    peer.conn = conn;
    this.closeAfter(old, LINGER);
    // strata:end
  }

  /** The loss of the connection that a peer is reached by loses the peer (P2P-10). */
  disconnected(id: number, ended: Side, reason: StrataError | null): void {
    const conn = this.conns.get(id);
    if (conn === undefined) {
      return;
    }
    this.conns.delete(id);
    this.host.cancel(conn.deadline);
    const peer = conn.peer;
    if (peer === null) {
      return;
    }
    // strata:begin p2p.2
    if (peer.conn !== conn) {
      return;
    }
    peer.conn = null;
    this.listed.delete(peer.addr);
    this.watcher?.peerLost(peer.addr);
    // strata:end
  }

  /** handler sees messages of listed peers only (P2P-11). */
  registerHandler(kind: string, handler: Handler<string>): void {
    // strata:begin p2p.2
    this.messaging.registerHandler(kind, (sender, payload) => {
      const peer = this.conns.get(sender)?.peer;
      return peer?.conn ? handler(peer.addr, payload) : null;
    });
    // strata:end
  }

  // Maintenance.

  /** One round: keeps the number of peers within its bounds (P2P-8). */
  maintain(): void {
    // strata:begin p2p.4
    this.round = this.host.after(this.config.interval, () => this.maintain());
    const count = this.listed.size;
    if (count === 0) {
      this.try(this.config.bootstrap);
    } else if (2 * count < this.config.max_peers) {
      this.ask();
    } else if (count > this.config.max_peers) {
      for (const peer of this.host.random.sample(this.sorted(), count - this.config.max_peers)) {
        this.drop(peer);
      }
    }
    // strata:end
  }

  /** Asks every peer for its peers, and tries those. */
  ask(): void {
    // strata:begin p2p.4
    for (const peer of this.sorted()) {
      if (peer.conn !== null) {
        this.messaging.request(peer.conn.id, GET_PEERS, Buffer.alloc(0), (reply, error) => {
          if (error === null) {
            this.try(splitPeers(reply!, this.config.max_listed));
          }
        });
      }
    }
    // strata:end
  }

  // Talking.

  /** The peers in ascending order. */
  peers(): string[] {
    return [...this.listed.keys()].sort(ascending);
  }

  askedForPeers(sender: number): Buffer {
    // strata:begin p2p.3
    return joinPeers(this.others(this.conns.get(sender)!.addr));
    // strata:end
  }

  sendMessage(to: string, kind: string, payload: Buffer): void {
    // strata:begin p2p.3
    const peer = this.listed.get(to);
    if (peer === undefined) {
      throw errors.NOT_PEER;
    }
    this.messaging.sendMessage(peer.conn!.id, kind, payload);
    // strata:end
  }

  request(to: string, kind: string, payload: Buffer, done: Done): void {
    // strata:begin p2p.3
    const peer = this.listed.get(to);
    if (peer === undefined) {
      done(null, errors.NOT_PEER);
      return;
    }
    this.messaging.request(peer.conn!.id, kind, payload, done);
    // strata:end
  }

  /** Sends to every peer but the excepted ones; one peer's error keeps nothing from the others (P2P-12). */
  broadcastMessage(kind: string, payload: Buffer, excluding: string[] = []): void {
    // strata:begin p2p.3
    checkKind(kind);
    for (const peer of this.sorted()) {
      if (peer.conn === null || excluding.includes(peer.addr)) {
        continue;
      }
      try {
        this.messaging.sendMessage(peer.conn.id, kind, payload);
      } catch (err) {
        if (caught(err).isA(errors.FRAME_TOO_BIG)) {
          throw err;
        }
      }
    }
    // strata:end
  }
}
