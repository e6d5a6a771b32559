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
        # strata:begin chain.1
        try:
            self.verifier.verify(tx)
        except StrataError:
            raise errors.BAD_SIGNATURE from None
        sender, recipient = self._outcome(state, tx)
        state.set_account(tx.sender, *sender)
        state.set_account(tx.recipient, *recipient)
        # strata:end

    def _outcome(self, state: State, tx: Transaction) -> tuple[tuple[int, int], tuple[int, int]]:
        """What the transaction makes of sender and recipient, each a balance and a nonce. Changes nothing."""
        # strata:begin chain.1
        balance, nonce = state.account(tx.sender)
        if tx.nonce != nonce:
            raise errors.BAD_NONCE
        if tx.amount > balance:
            raise errors.BAD_BALANCE
        nonce = add(nonce, 1)
        if tx.sender == tx.recipient:
            return (balance, nonce), (balance, nonce)
        theirs, their_nonce = state.account(tx.recipient)
        return (balance - tx.amount, nonce), (add(theirs, tx.amount), their_nonce)
        # strata:end

    def apply_block(self, state: State, block: Block) -> None:
        """Executes a block. Raises one error, that of the rule that it breaks (CHN-9)."""
        # strata:begin chain.2
        if block.number != state.number + 1:
            raise errors.NUMBER
        if block.parent != state.hash:
            raise errors.PARENT
        if not block.hash().startswith("0" * self.config.difficulty):
            raise errors.PROOF_OF_WORK
        if len(block.transactions) > self.config.max_transactions:
            raise errors.TOO_MANY_TRANSACTIONS
        for tx in block.transactions:
            self.execute_transaction(state, tx)
        balance, nonce = state.account(block.coinbase)
        state.set_account(block.coinbase, add(balance, self.config.block_reward), nonce)
        state.advance(block.number, block.hash())
        # strata:end

    def build_block(self, state: State, pool: Mempool, coinbase: str) -> Block:
        """Makes the next block, and evicts what can never become valid (CHN-10 to CHN-12)."""
        # strata:begin chain.3
        block = Block(state.number + 1, 0, state.hash, coinbase)
        waiting, dead = [], []
        for tx in pool.get_transactions():
            (dead if tx.nonce < state.account(tx.sender)[1] else waiting).append(tx)
        fork, took = state.fork(), True
        while took:
            took, blocked = False, []
            for tx in waiting:
                if len(block.transactions) == self.config.max_transactions or not self._can_follow(fork, tx, coinbase):
                    blocked.append(tx)
                    continue
                try:
                    self.execute_transaction(fork, tx)
                except StrataError:
                    dead.append(tx)  # nothing but its signature is left to be wrong
                    continue
                block.transactions.append(tx)
                took = True
            waiting = blocked
        pool.evict_transaction([tx.id() for tx in dead])
        return block
        # strata:end

    def _can_follow(self, state: State, tx: Transaction, coinbase: str) -> bool:
        """Whether the transaction can come next, and the coinbase can still take the reward after it."""
        # strata:begin chain.3
        try:
            _, recipient = self._outcome(state, tx)
            if tx.sender != coinbase:
                paid = recipient if tx.recipient == coinbase else state.account(coinbase)
                add(paid[0], self.config.block_reward)
        except StrataError:
            return False
        return True
        # strata:end
