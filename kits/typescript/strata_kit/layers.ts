/** Makes the layers of a directory, and hands them what the other side calls. */
import { Console } from "node:console";

import { GossipBelow, MessagingBelow, NetworkBelow, P2PBelow, Pool, State, Verifier } from "./below.ts";
import type { ConnectionEvents, Done, Handler, NetworkEvents, PeerEvents, PoolEvents } from "./below.ts";
import type { StrataError } from "./errors.ts";
import { Host, bytes, text } from "./host.ts";
import { Link, type Exported } from "./link.ts";
import { Block, Transaction } from "./wire.ts";

/** The settings of a layer, by the names of docs/boundary.md; durations in nanoseconds. */
type Config = any;

/** The six classes of a directory, such as workshop/index.ts. */
type Layers = { [name: string]: new (...args: any[]) => any };

/** Serves the layers. What is printed goes to standard error: standard output is the boundary's. */
export function serve(layers: Layers): void {
  globalThis.console = new Console(process.stderr, process.stderr);
  Error.stackTraceLimit = 100;
  const link = new Link();
  link.serve(makers(link, layers));
}

/** The object that makes layers: number 0. */
function makers(link: Link, layers: Layers): Exported {
  const host = (ref: number, seed: string) => new Host(link, ref, seed);
  const made = (layer: any, methods: Exported) => link.export({ stop: () => layer.stop(), ...methods });
  return {
    reset: () => link.reset(),
    new_network(ref: number, seed: string, config: Config) {
      const layer = new layers.Network(host(ref, seed), settings(config));
      return made(layer, networkAbove(link, layer));
    },
    new_messaging(ref: number, seed: string, network: number, config: Config) {
      const layer = new layers.Messaging(host(ref, seed), new NetworkBelow(link, network), settings(config));
      return made(layer, { ...watched(link, layer), ...asked(link, layer) });
    },
    new_p2p(ref: number, seed: string, network: number, messaging: number, config: Config) {
      const layer = new layers.P2PNode(host(ref, seed), new NetworkBelow(link, network),
        new MessagingBelow(link, messaging), settings(config));
      return made(layer, { ...watched(link, layer), ...asked(link, layer), ...p2pAbove(layer) });
    },
    new_gossip(ref: number, seed: string, peers: number, config: Config) {
      const layer = new layers.Gossip(host(ref, seed), new P2PBelow(link, peers), settings(config));
      return made(layer, { ...watched(link, layer), ...gossipAbove(link, layer) });
    },
    new_mempool(ref: number, seed: string, gossip: number, verifier: number, config: Config) {
      const layer = new layers.Mempool(host(ref, seed), new GossipBelow(link, gossip), new Verifier(link, verifier),
        settings(config));
      return made(layer, { ...watched(link, layer), ...mempoolAbove(layer) });
    },
    new_chain(verifier: number, config: Config) {
      return link.export(chainAbove(link, new layers.Blockchain(new Verifier(link, verifier), settings(config))));
    },
  };
}

/** Durations and amounts come as decimal strings, and are bigint here. */
function settings(wire: Config): Config {
  return Object.fromEntries(Object.entries(wire).map(([name, value]) =>
    [name, typeof value === "string" && /^[0-9]+$/.test(value) ? BigInt(value) : value]));
}

/** Whoever listens on the other side. */
function events(link: Link, ref: number): NetworkEvents & ConnectionEvents & PeerEvents & PoolEvents {
  const tell = (what: string, ...args: unknown[]): void => { link.call(ref, what, ...args); };
  return {
    connected: (conn, dialled) => tell("connected", conn, dialled),
    received: (conn, payload) => tell("received", conn, text(payload)),
    disconnected: (conn, ended, reason) => tell("disconnected", conn, ended, wire(reason)),
    peerArrived: (peer) => tell("peer_arrived", peer),
    peerLost: (peer) => tell("peer_lost", peer),
    transactionPooled: (tx) => tell("transaction_pooled", tx.text()),
    transactionLeft: (tx) => tell("transaction_left", tx.text()),
    transactionRefused: (sender, error) => tell("transaction_refused", sender, wire(error)),
  };
}

const wire = (error: StrataError | null) => (error === null ? null : error.wire());

const watched = (link: Link, layer: any): Exported => ({
  start: (watcher: number) => layer.start(watcher === 0 ? null : events(link, watcher)),
});

function networkAbove(link: Link, layer: any): Exported {
  return {
    start: (handler: number) => layer.start(events(link, handler)),
    dial: (to: string, done: number) => layer.dial(to, (conn: number, error: StrataError | null) => {
      link.call(done, "run", conn, wire(error));
    }),
    send: (conn: number, payload: string) => layer.send(conn, bytes(payload)),
    close: (conn: number) => layer.close(conn),
  };
}

/** What the other side calls of messaging and of p2p. */
function asked(link: Link, layer: any): Exported {
  const handler = (ref: number): Handler<unknown> => (from, payload) => {
    const reply = link.call(ref, "run", from, text(payload));
    return reply === null ? null : bytes(reply);
  };
  const done = (ref: number): Done => (reply, error) => {
    link.call(ref, "run", reply === null ? null : text(reply), wire(error));
  };
  return {
    handle: (kind: string, ref: number) => layer.registerHandler(kind, handler(ref)),
    send: (to: unknown, kind: string, payload: string) => layer.sendMessage(to, kind, bytes(payload)),
    request: (to: unknown, kind: string, payload: string, ref: number) =>
      layer.request(to, kind, bytes(payload), done(ref)),
  };
}

const p2pAbove = (layer: any): Exported => ({
  peers: () => layer.peers(),
  broadcast: (kind: string, payload: string, excluding: string[]) =>
    layer.broadcastMessage(kind, bytes(payload), excluding),
});

const gossipAbove = (link: Link, layer: any): Exported => ({
  handle: (kind: string, ref: number) => layer.registerHandler(kind, (from: string, payload: Buffer) =>
    link.call(ref, "run", from, text(payload))),
  broadcast: (kind: string, payload: string) => layer.broadcast(kind, bytes(payload)),
});

const mempoolAbove = (layer: any): Exported => ({
  announce: (tx: string) => layer.announceTransaction(Transaction.parse(tx)),
  add: (tx: string) => layer.addTransaction(Transaction.parse(tx)),
  transactions: () => layer.getTransactions().map((tx: Transaction) => tx.text()),
  evict: (ids: string[]) => layer.evictTransaction(...ids),
});

function chainAbove(link: Link, layer: any): Exported {
  const on = (ref: number, number: string, hash: string, work: (state: State) => any): any => {
    const state = new State(link, ref, number, hash);
    const result = work(state);
    state.flush();
    return result;
  };
  return {
    execute: (ref: number, number: string, hash: string, tx: string) =>
      on(ref, number, hash, (state) => layer.executeTransaction(state, Transaction.parse(tx))),
    apply: (ref: number, number: string, hash: string, block: string) =>
      on(ref, number, hash, (state) => layer.applyBlock(state, Block.parse(block))),
    build: (ref: number, number: string, hash: string, pool: number, coinbase: string) =>
      on(ref, number, hash, (state) => layer.buildBlock(state, new Pool(link, pool), coinbase).text()),
  };
}
