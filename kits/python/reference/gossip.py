"""Layer 4: a message that one node broadcasts reaches every node once (GSP-1 to GSP-8)."""

from __future__ import annotations

from collections import OrderedDict
from typing import Callable

from strata_kit import Config, Host, NotWritten, StrataError, Timer

from .p2p import P2PNode

PREFIX = "gossip:"
ID_SIZE = 16


class Gossip:
    def __init__(self, host: Host, peers: P2PNode, config: Config):
        self.host, self.peers, self.config = host, peers, config
        self.seen: OrderedDict[bytes, int] = OrderedDict()  # ids, and when each was seen; the oldest first
        self.timer: Timer | None = None

    def start(self, watcher) -> None:
        self.peers.start(watcher)
        self.timer = self.host.after(self.config.sweep, self._sweep)

    def register_handler(self, kind: str, handler: Callable[[str, bytes], bool]) -> None:
        """handler says whether the message travels on."""
        def received(sender: str, wire: bytes) -> None:
            self._received(sender, PREFIX + kind, wire, handler)

        self.peers.register_handler(PREFIX + kind, received)

    def broadcast(self, kind: str, payload: bytes) -> None:
        """Sends a new message to everyone; our own handler does not run (GSP-1, GSP-2)."""
        # strata:begin gossip.1
        message = self.host.random.randbytes(ID_SIZE)
        self._mark(message)
        self.peers.broadcast_message(PREFIX + kind, message + payload)
        # strata:end

    def _mark(self, message: bytes) -> bool:
        """Marks an id seen now, and says whether it is new. There are never more than max_seen (GSP-7)."""
        # strata:begin gossip.1
        if message in self.seen:
            return False
        self.seen[message] = self.host.now()
        if len(self.seen) > self.config.max_seen:
            self.seen.popitem(last=False)
        return True
        # strata:end

    def _received(self, sender: str, kind: str, wire: bytes, handler: Callable[[str, bytes], bool]) -> None:
        """Handles each id once, and passes it on to all but the sender if the handler says so (GSP-3 to GSP-5)."""
        # strata:begin gossip.2
        if len(wire) < ID_SIZE or not self._mark(wire[:ID_SIZE]):
            return
        if handler(sender, wire[ID_SIZE:]):
            try:
                self.peers.broadcast_message(kind, wire, (sender,))
            except StrataError as err:
                self.host.log("gossip not passed on", kind=kind, err=err)
        # strata:end

    def _sweep(self) -> None:
        """Forgets the ids that were seen seen_for ago or earlier (GSP-7)."""
        # strata:begin gossip.3
        until = self.host.now() - self.config.seen_for
        while self.seen and next(iter(self.seen.values())) <= until:
            self.seen.popitem(last=False)
        self.timer = self.host.after(self.config.sweep, self._sweep)
        # strata:end

    def stop(self) -> None:
        """Leaves no timer, and stops the peers below (GSP-8)."""
        # strata:begin gossip.3
        self.host.cancel(self.timer)
        self.peers.stop()
        # strata:end
