/** Layer 6: the state transition and the block builder (CHN-1 to CHN-13). */
import { NotWritten, caught } from "../strata_kit/index.ts";
import { errors } from "./errors.ts";
import type { Pool, Verifier } from "./mempool.ts";
import type { Account, State } from "./state.ts";
import { Block, MAX_UINT64, Transaction } from "./wire.ts";

export type Config = { difficulty: number; block_reward: bigint; max_transactions: number };

/** a + b; throws OVERFLOW (CHN-8). */
export function add(a: bigint, b: bigint): bigint {
  if (a + b > MAX_UINT64) {
    throw errors.OVERFLOW;
  }
  return a + b;
}

export class Blockchain {
  readonly verifier: Verifier;
  readonly config: Config;

  constructor(verifier: Verifier, config: Config) {
    this.verifier = verifier;
    this.config = config;
  }

  /** Throws BAD_SIGNATURE, BAD_NONCE, BAD_BALANCE and OVERFLOW (CHN-5, CHN-6, CHN-8). */
  executeTransaction(state: State, tx: Transaction): void {
    // strata:begin chain.1
    try {
      this.verifier.verify(tx);
    } catch (err) {
      caught(err);
      throw errors.BAD_SIGNATURE;
    }
    const { sender, recipient } = this.outcome(state, tx);
    state.setAccount(tx.sender, sender);
    state.setAccount(tx.recipient, recipient);
    // strata:end
  }

  /** What the transaction makes of sender and recipient. Changes nothing. */
  outcome(state: State, tx: Transaction): { sender: Account; recipient: Account } {
    // strata:begin chain.1
    const before = state.account(tx.sender);
    if (tx.nonce !== before.nonce) {
      throw errors.BAD_NONCE;
    }
    if (tx.amount > before.balance) {
      throw errors.BAD_BALANCE;
    }
    const nonce = add(before.nonce, 1n);
    if (tx.sender === tx.recipient) {
      const same = { balance: before.balance, nonce };
      return { sender: same, recipient: same };
    }
    const theirs = state.account(tx.recipient);
    return {
      sender: { balance: before.balance - tx.amount, nonce },
      recipient: { balance: add(theirs.balance, tx.amount), nonce: theirs.nonce },
    };
    // strata:end
  }

  /** Executes a block. Throws one error, that of the rule that it breaks (CHN-9). */
  applyBlock(state: State, block: Block): void {
    // strata:begin chain.2
    if (block.number !== state.number + 1n) {
      throw errors.NUMBER;
    }
    if (block.parent !== state.hash) {
      throw errors.PARENT;
    }
    if (!block.hash().startsWith("0".repeat(this.config.difficulty))) {
      throw errors.PROOF_OF_WORK;
    }
    if (block.transactions.length > this.config.max_transactions) {
      throw errors.TOO_MANY_TRANSACTIONS;
    }
    for (const tx of block.transactions) {
      this.executeTransaction(state, tx);
    }
    const { balance, nonce } = state.account(block.coinbase);
    state.setAccount(block.coinbase, { balance: add(balance, this.config.block_reward), nonce });
    state.advance(block.number, block.hash());
    // strata:end
  }

  /** Makes the next block, and evicts what can never become valid (CHN-10 to CHN-12). */
  buildBlock(state: State, pool: Pool, coinbase: string): Block {
    // strata:begin chain.3
    const block = new Block(state.number + 1n, 0n, state.hash, coinbase);
    const all = pool.getTransactions();
    const dead = all.filter((tx) => tx.nonce < state.account(tx.sender).nonce);
    let waiting = all.filter((tx) => !dead.includes(tx));
    const fork = state.fork();
    for (let took = true; took; ) {
      took = false;
      const blocked: Transaction[] = [];
      for (const tx of waiting) {
        if (block.transactions.length === this.config.max_transactions || !this.canFollow(fork, tx, coinbase)) {
          blocked.push(tx);
          continue;
        }
        try {
          this.executeTransaction(fork, tx);
        } catch (err) {
          caught(err);
          dead.push(tx); // nothing but its signature is left to be wrong
          continue;
        }
        block.transactions.push(tx);
        took = true;
      }
      waiting = blocked;
    }
    pool.evictTransaction(dead.map((tx) => tx.id()));
    return block;
    // strata:end
  }

  /** Whether the transaction can come next, and the coinbase can still take the reward after it. */
  canFollow(state: State, tx: Transaction, coinbase: string): boolean {
    // strata:begin chain.3
    try {
      const { recipient } = this.outcome(state, tx);
      if (tx.sender !== coinbase) {
        const paid = tx.recipient === coinbase ? recipient : state.account(coinbase);
        add(paid.balance, this.config.block_reward);
      }
    } catch (err) {
      caught(err);
      return false;
    }
    return true;
    // strata:end
  }
}
