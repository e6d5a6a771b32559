/** Makes the layers of a directory, and serves them. */
import { Console } from "node:console";

import { Host } from "./host.ts";
import * as link from "./link.ts";
import { asIs, each, kinds, served } from "./values.ts";

/** The classes that a directory exports, such as workshop/index.ts. */
type Layers = { [name: string]: any };

/** Serves the layers. What is printed goes to standard error: standard output is the boundary's. */
export function serve(layers: Layers): void {
  globalThis.console = new Console(process.stderr, process.stderr);
  Error.stackTraceLimit = 100;
  kinds.transaction = { write: (tx) => tx.text(), read: layers.Transaction.parse };
  kinds.transactions = each(kinds.transaction);
  kinds.block = { write: (block) => block.text(), read: layers.Block.parse };
  kinds.settings = { write: asIs.write, read: settings };
  kinds.host = asIs; // a number, which goes with the seed behind it
  const made = (name: string) => (host: number, seed: string, ...below: unknown[]) =>
    new layers[name](new Host(host, seed), ...below);
  link.serve(served("layers", {
    newNetwork: made("Network"),
    newMessaging: made("Messaging"),
    newP2p: made("P2PNode"),
    newGossip: made("Gossip"),
    newMempool: made("Mempool"),
    newChain: (...below: unknown[]) => onStates(new layers.Blockchain(...below), layers.State),
  }));
}

/** Hands chain a state where the boundary has accounts, the block's number and its hash. */
function onStates(chain: any, State: any): link.Served {
  const on = (method: string): link.Call => (accounts, number, hash, ...args) => {
    const state = new State(accounts, number, hash);
    const result = chain[method](state, ...args);
    state.flush();
    return result;
  };
  const names = ["executeTransaction", "applyBlock", "buildBlock"];
  return Object.fromEntries(names.map((name) => [name, on(name)]));
}

/** Durations and amounts come as decimal strings, and are bigint here. */
function settings(wire: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(wire).map(([name, value]) =>
    [name, typeof value === "string" && /^[0-9]+$/.test(value) ? BigInt(value) : value]));
}
