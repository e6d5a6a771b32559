/** The errors of the contracts, and how they cross the boundary. */

/** How an error is written on the boundary. */
export type Wire = { name: string; text: string; ref?: number };

/** An error that a method returns to its caller, by throwing it or as an argument. */
export class StrataError extends Error {
  readonly ref: number;

  constructor(name: string, text = "", ref = 0) {
    super(text || name);
    this.name = name;
    this.ref = ref;
  }

  /** The same error, saying more. */
  withText(text: string): StrataError {
    return new StrataError(this.name, text, this.ref);
  }

  /** Whether this is that error of the contracts, whatever its text. */
  isA(other: StrataError): boolean {
    return this.name !== "" && this.name === other.name;
  }

  wire(): Wire {
    return { name: this.name, text: this.message, ref: this.ref };
  }
}

/** A step of a skeleton, such as gossip.2, that is not written yet. */
export class NotWritten extends Error {}

/** The error that came over the boundary; null if none did. */
export function read(wire: Wire | null): StrataError | null {
  return wire === null ? null : new StrataError(wire.name, wire.text, wire.ref ?? 0);
}

/** The StrataError that was caught. Whatever else was thrown is thrown again. */
export function caught(err: unknown): StrataError {
  if (err instanceof StrataError) {
    return err;
  }
  throw err;
}

export const errors = {
  CLOSED: new StrataError("network.ErrClosed"),
  FRAME_TOO_BIG: new StrataError("network.ErrFrameTooBig"),
  SLOW_PEER: new StrataError("network.ErrSlowPeer"),
  TRUNCATED: new StrataError("network.ErrTruncated"),
  TIMEOUT: new StrataError("messaging.ErrTimeout"),
  BAD_KIND: new StrataError("messaging.ErrBadKind"),
  DUPLICATE_KIND: new StrataError("messaging.ErrDuplicateKind"),
  MESSAGE_MALFORMED: new StrataError("messaging.ErrMalformed"),
  BAD_ADDR: new StrataError("network.ErrBadAddr"),
  NOT_PEER: new StrataError("p2p.ErrNotPeer"),
  TRANSACTION_MALFORMED: new StrataError("mempool.ErrMalformed"),
  POOL_BAD_SIGNATURE: new StrataError("mempool.ErrBadSignature"),
  KNOWN: new StrataError("mempool.ErrKnown"),
  CONFLICT: new StrataError("mempool.ErrConflict"),
  SENDER_FULL: new StrataError("mempool.ErrSenderFull"),
  BLOCK_MALFORMED: new StrataError("chain.ErrMalformed"),
  NUMBER: new StrataError("chain.ErrNumber"),
  PARENT: new StrataError("chain.ErrParent"),
  PROOF_OF_WORK: new StrataError("chain.ErrProofOfWork"),
  TOO_MANY_TRANSACTIONS: new StrataError("chain.ErrTooManyTransactions"),
  BAD_SIGNATURE: new StrataError("chain.ErrBadSignature"),
  BAD_NONCE: new StrataError("chain.ErrBadNonce"),
  BAD_BALANCE: new StrataError("chain.ErrBadBalance"),
  OVERFLOW: new StrataError("chain.ErrOverflow"),
};
