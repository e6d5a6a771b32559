"""Layer 6: the state transition and the block builder (CHN-1 to CHN-13)."""

from __future__ import annotations

from strata_kit import Config, NotWritten, StrataError

from . import errors
from .mempool import Mempool, Verifier
from .state import State
from .wire import MAX_UINT64, Block, Transaction


def add(a: int, b: int) -> int:
    """a + b; raises OVERFLOW (CHN-8)."""
    if a + b > MAX_UINT64:
        raise errors.OVERFLOW
    return a + b


class Blockchain:
    def __init__(self, verifier: Verifier, config: Config):
        self.verifier, self.config = verifier, config

    def execute_transaction(self, state: State, tx: Transaction) -> None:
        """Raises BAD_SIGNATURE, BAD_NONCE, BAD_BALANCE and OVERFLOW (CHN-5, CHN-6, CHN-8)."""
        raise NotWritten("chain.1")

    def _outcome(self, state: State, tx: Transaction) -> tuple[tuple[int, int], tuple[int, int]]:
        """What the transaction makes of sender and recipient, each a balance and a nonce. Changes nothing."""
        raise NotWritten("chain.1")

    def apply_block(self, state: State, block: Block) -> None:
        """Executes a block. Raises one error, that of the rule that it breaks (CHN-9)."""
        raise NotWritten("chain.2")

    def build_block(self, state: State, pool: Mempool, coinbase: str) -> Block:
        """Makes the next block, and evicts what can never become valid (CHN-10 to CHN-12)."""
        raise NotWritten("chain.3")

    def _can_follow(self, state: State, tx: Transaction, coinbase: str) -> bool:
        """Whether the transaction can come next, and the coinbase can still take the reward after it."""
        raise NotWritten("chain.3")
