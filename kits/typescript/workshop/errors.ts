/** The errors of the contracts. withText says more of one, and isA compares. */
import { StrataError } from "../strata_kit/index.ts";

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
