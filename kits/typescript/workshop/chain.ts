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
    throw new NotWritten("chain.1");
  }

  /** What the transaction makes of sender and recipient. Changes nothing. */
  outcome(state: State, tx: Transaction): { sender: Account; recipient: Account } {
    throw new NotWritten("chain.1");
  }

  /** Executes a block. Throws one error, that of the rule that it breaks (CHN-9). */
  applyBlock(state: State, block: Block): void {
    throw new NotWritten("chain.2");
  }

  /** Makes the next block, and evicts what can never become valid (CHN-10 to CHN-12). */
  buildBlock(state: State, pool: Pool, coinbase: string): Block {
    throw new NotWritten("chain.3");
  }

  /** Whether the transaction can come next, and the coinbase can still take the reward after it. */
  canFollow(state: State, tx: Transaction, coinbase: string): boolean {
    throw new NotWritten("chain.3");
  }
}
