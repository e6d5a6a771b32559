"""The errors of the contracts, and how they cross the boundary."""

from __future__ import annotations


class StrataError(Exception):
    """An error that a method returns to its caller. Two are the same error if their names are."""

    def __init__(self, name: str, text: str = "", ref: int = 0):
        super().__init__(text or name)
        self.name, self.text, self.ref = name, text, ref

    def with_text(self, text: str) -> StrataError:
        """The same error, saying more."""
        return StrataError(self.name, text, self.ref)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StrataError) and (self.name, self.ref) == (other.name, other.ref)

    def __hash__(self) -> int:
        return hash((self.name, self.ref))

    def is_a(self, other: StrataError) -> bool:
        """Whether this is that error of the contracts, whatever its text."""
        return self.name != "" and self.name == other.name

    def wire(self) -> dict:
        return {"name": self.name, "text": self.text, "ref": self.ref}


class NotWritten(Exception):
    """A step of a skeleton, such as gossip.2, that is not written yet."""


def read(wire: dict | None) -> StrataError | None:
    """The error that came over the boundary; None if none did."""
    if wire is None:
        return None
    return StrataError(wire.get("name", ""), wire.get("text", ""), wire.get("ref", 0))


CLOSED = StrataError("network.ErrClosed")
FRAME_TOO_BIG = StrataError("network.ErrFrameTooBig")
SLOW_PEER = StrataError("network.ErrSlowPeer")
TRUNCATED = StrataError("network.ErrTruncated")
TIMEOUT = StrataError("messaging.ErrTimeout")
BAD_KIND = StrataError("messaging.ErrBadKind")
DUPLICATE_KIND = StrataError("messaging.ErrDuplicateKind")
MESSAGE_MALFORMED = StrataError("messaging.ErrMalformed")
BAD_ADDR = StrataError("network.ErrBadAddr")
NOT_PEER = StrataError("p2p.ErrNotPeer")
TRANSACTION_MALFORMED = StrataError("mempool.ErrMalformed")
POOL_BAD_SIGNATURE = StrataError("mempool.ErrBadSignature")
KNOWN = StrataError("mempool.ErrKnown")
CONFLICT = StrataError("mempool.ErrConflict")
SENDER_FULL = StrataError("mempool.ErrSenderFull")
BLOCK_MALFORMED = StrataError("chain.ErrMalformed")
NUMBER = StrataError("chain.ErrNumber")
PARENT = StrataError("chain.ErrParent")
PROOF_OF_WORK = StrataError("chain.ErrProofOfWork")
TOO_MANY_TRANSACTIONS = StrataError("chain.ErrTooManyTransactions")
BAD_SIGNATURE = StrataError("chain.ErrBadSignature")
BAD_NONCE = StrataError("chain.ErrBadNonce")
BAD_BALANCE = StrataError("chain.ErrBadBalance")
OVERFLOW = StrataError("chain.ErrOverflow")
