/** The accounts, as the chain layer changes them. */

/** What an account has. */
export type Account = { balance: bigint; nonce: bigint };

/** The accounts on the other side. */
type Accounts = {
  account(key: string): [balance: bigint, nonce: bigint];
  setAccount(key: string, balance: bigint, nonce: bigint): void;
  advance(number: bigint, hash: string): void;
};

/** The accounts after a block. What is written waits for flush, so that a fork costs nothing. */
export class State {
  number: bigint;
  hash: string;
  private readonly kept: Accounts;
  private readonly below: State | null; // that this one is a fork of
  private readonly written = new Map<string, Account>();
  private moved = false;

  constructor(kept: Accounts, number: bigint, hash: string, below: State | null = null) {
    this.kept = kept;
    this.number = number;
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
    const [balance, nonce] = this.kept.account(key);
    return { balance, nonce };
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
    return new State(this.kept, this.number, this.hash, this);
  }

  /** Writes what has been written here to where the accounts are kept. */
  flush(): void {
    for (const [key, { balance, nonce }] of this.written) {
      this.kept.setAccount(key, balance, nonce);
    }
    if (this.moved) {
      this.kept.advance(this.number, this.hash);
    }
  }
}
