/** Layer 4: a message that one node broadcasts reaches every node once (GSP-1 to GSP-8). */
import { Host, NotWritten, caught, type Timer } from "../strata_kit/index.ts";
import type { P2PNode, PeerEvents } from "./p2p.ts";

const PREFIX = "gossip:";
const ID_SIZE = 16;

export type Config = { seen_for: bigint; sweep: bigint; max_seen: number };

/** Says whether the message travels on. */
type Handler = (sender: string, payload: Buffer) => boolean;

export class Gossip {
  readonly host: Host;
  readonly peers: P2PNode;
  readonly config: Config;
  seen = new Map<string, bigint>(); // ids, and when each was seen; the oldest first
  timer: Timer | null = null;

  constructor(host: Host, peers: P2PNode, config: Config) {
    this.host = host;
    this.peers = peers;
    this.config = config;
  }

  start(watcher: PeerEvents | null): void {
    this.peers.start(watcher);
    this.timer = this.host.after(this.config.sweep, () => this.sweep());
  }

  registerHandler(kind: string, handler: Handler): void {
    this.peers.registerHandler(PREFIX + kind, (sender, wire) => {
      this.received(sender, PREFIX + kind, wire, handler);
      return null;
    });
  }

  /** Sends a new message to everyone; our own handler does not run (GSP-1, GSP-2). */
  broadcast(kind: string, payload: Buffer): void {
    // strata:begin gossip.1
    const id = this.host.random.bytes(ID_SIZE);
    this.mark(id);
    this.peers.broadcastMessage(PREFIX + kind, Buffer.concat([id, payload]));
    // strata:end
  }

  /** Marks an id seen now, and says whether it is new. There are never more than max_seen (GSP-7). */
  mark(id: Buffer): boolean {
    // strata:begin gossip.1
    const key = id.toString("latin1");
    if (this.seen.has(key)) {
      return false;
    }
    this.seen.set(key, this.host.now());
    if (this.seen.size > this.config.max_seen) {
      const [oldest] = this.seen.keys();
      this.seen.delete(oldest);
    }
    return true;
    // strata:end
  }

  /** Handles each id once, and passes it on to all but the sender if the handler says so (GSP-3 to GSP-5). */
  received(sender: string, kind: string, wire: Buffer, handler: Handler): void {
    // strata:begin gossip.2
    if (wire.length < ID_SIZE || !this.mark(wire.subarray(0, ID_SIZE))) {
      return;
    }
    if (handler(sender, wire.subarray(ID_SIZE))) {
      try {
        this.peers.broadcastMessage(kind, wire, [sender]);
      } catch (err) {
        this.host.log("gossip not passed on", { kind, err: caught(err) });
      }
    }
    // strata:end
  }

  /** Forgets the ids that were seen seen_for ago or earlier (GSP-7). */
  sweep(): void {
    // strata:begin gossip.3
    const until = this.host.now() - this.config.seen_for;
    for (const [id, at] of this.seen) {
      if (at > until) {
        break;
      }
      this.seen.delete(id);
    }
    this.timer = this.host.after(this.config.sweep, () => this.sweep());
    // strata:end
  }

  /** Leaves no timer, and stops the peers below (GSP-8). */
  stop(): void {
    // strata:begin gossip.3
    this.host.cancel(this.timer);
    this.peers.stop();
    // strata:end
  }
}
