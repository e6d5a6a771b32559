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
        raise NotWritten("gossip.1")

    def _mark(self, message: bytes) -> bool:
        """Marks an id seen now, and says whether it is new. There are never more than max_seen (GSP-7)."""
        raise NotWritten("gossip.1")

    def _received(self, sender: str, kind: str, wire: bytes, handler: Callable[[str, bytes], bool]) -> None:
        """Handles each id once, and passes it on to all but the sender if the handler says so (GSP-3 to GSP-5)."""
        raise NotWritten("gossip.2")

    def _sweep(self) -> None:
        """Forgets the ids that were seen seen_for ago or earlier (GSP-7)."""
        raise NotWritten("gossip.3")

    def stop(self) -> None:
        """Leaves no timer, and stops the peers below (GSP-8)."""
        raise NotWritten("gossip.3")
