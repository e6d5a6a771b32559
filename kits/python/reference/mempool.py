"""Layer 5: the valid transactions that wait for a block (MEM-1 to MEM-9)."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Protocol

from strata_kit import Config, Host, NotWritten, StrataError, Timer

from . import errors
from .gossip import Gossip
from .wire import Transaction

NEW_TX = "bc:new_tx"


class Verifier(Protocol):
    """Knows signatures."""

    def verify(self, tx: Transaction) -> None:
        """Raises POOL_BAD_SIGNATURE if the signature is wrong (CHN-13)."""


class Mempool:
    def __init__(self, host: Host, gossip: Gossip, verifier: Verifier, config: Config):
        self.host, self.gossip, self.verifier, self.config = host, gossip, verifier, config
        self.watcher = None
        self.queue: OrderedDict[str, tuple[Transaction, int]] = OrderedDict()  # by id, in order of arrival: expiry
        self.slots: dict[tuple[str, int], str] = {}  # the id of each sender and nonce
        self.counts: Counter[str] = Counter()  # pooled transactions of each sender
        self.timer: Timer | None = None
        self.stopped = False

    def start(self, watcher) -> None:
        self.watcher = watcher
        # strata:begin mempool.2
        self.gossip.register_handler(NEW_TX, self._received)
        # strata:end

    def add_transaction(self, tx: Transaction) -> None:
        """Pools a transaction. Raises KNOWN, CONFLICT, SENDER_FULL and POOL_BAD_SIGNATURE."""
        # strata:begin mempool.1
        self._check(tx)
        self._insert(tx)
        # strata:end

    def announce_transaction(self, tx: Transaction) -> None:
        """Gossips a transaction and pools it, or does neither (MEM-1)."""
        # strata:begin mempool.1
        self._check(tx)
        self.gossip.broadcast(NEW_TX, tx.text().encode())
        self._insert(tx)
        # strata:end

    def _check(self, tx: Transaction) -> None:
        """Raises what speaks against the transaction (MEM-1, MEM-3, MEM-4, MEM-8)."""
        # strata:begin mempool.1
        other = self.slots.get((tx.sender, tx.nonce))
        if other is not None:
            raise errors.KNOWN if other == tx.id() else errors.CONFLICT
        if self.counts[tx.sender] >= self.config.max_per_sender:
            raise errors.SENDER_FULL
        self.verifier.verify(tx)
        # strata:end

    def _insert(self, tx: Transaction) -> None:
        """Pools a checked transaction as the newest; in a full pool the oldest makes room (MEM-7, MEM-8)."""
        # strata:begin mempool.1
        if len(self.queue) == self.config.max_txs:
            self._forget(next(iter(self.queue)))
        self.queue[tx.id()] = tx, self.host.now() + self.config.keep_for
        self.slots[tx.sender, tx.nonce] = tx.id()
        self.counts[tx.sender] += 1
        if self.watcher is not None:
            self.watcher.transaction_pooled(tx)
        self._arm()
        # strata:end

    def _received(self, sender: str, payload: bytes) -> bool:
        """A gossiped transaction travels on exactly if it is new here and valid (MEM-2)."""
        # strata:begin mempool.2
        try:
            self.add_transaction(Transaction.parse(payload))
        except StrataError as err:
            if self.watcher is not None:
                self.watcher.transaction_refused(sender, err)
            return False
        return True
        # strata:end

    def get_transactions(self) -> list[Transaction]:
        """The pool in order of arrival (MEM-5)."""
        # strata:begin mempool.3
        return [tx for tx, _ in self.queue.values()]
        # strata:end

    def evict_transaction(self, ids: list[str]) -> None:
        """Removes transactions; those that are not pooled are passed over (MEM-6)."""
        # strata:begin mempool.3
        for id_ in ids:
            if id_ in self.queue:
                self._forget(id_)
        if not self.queue:
            self._disarm()
        # strata:end

    def _expire(self) -> None:
        """Every transaction whose time is over leaves (MEM-7)."""
        # strata:begin mempool.3
        self.timer = None
        now = self.host.now()
        while self.queue and next(iter(self.queue.values()))[1] <= now:
            self._forget(next(iter(self.queue)))
        self._arm()
        # strata:end

    def stop(self) -> None:
        # strata:begin mempool.3
        self.stopped = True
        self._disarm()
        # strata:end

    def _forget(self, id_: str) -> None:
        """Takes a transaction out of the pool, and tells the watcher (MEM-9)."""
        tx, _ = self.queue.pop(id_)
        del self.slots[tx.sender, tx.nonce]
        self.counts[tx.sender] -= 1
        if not self.counts[tx.sender]:
            del self.counts[tx.sender]
        if self.watcher is not None:
            self.watcher.transaction_left(tx)

    def _arm(self) -> None:
        """Sets the timer for the oldest transaction, unless one is pending."""
        if self.timer is None and self.queue and not self.stopped:
            expires = next(iter(self.queue.values()))[1]
            self.timer = self.host.after(expires - self.host.now(), self._expire)

    def _disarm(self) -> None:
        self.host.cancel(self.timer)
        self.timer = None
