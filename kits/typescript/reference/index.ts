/** The six layers, as one who knows the rules writes them. docs/protocol.md has the rules by their ids. */
export { Network } from "./network.ts";
export { Messaging } from "./messaging.ts";
export { P2PNode } from "./p2p.ts";
export { Gossip } from "./gossip.ts";
export { Mempool } from "./mempool.ts";
export { Blockchain } from "./chain.ts";
export { State } from "./state.ts";
export { Block, Transaction } from "./wire.ts";
