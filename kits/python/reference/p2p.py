"""Layer 3: finds peers, keeps enough of them and not too many, and talks to them by address (P2P-1 to P2P-15)."""

from __future__ import annotations

from typing import Callable, Sequence

from strata_kit import SECOND, Config, Host, NotWritten, StrataError, Timer

from . import errors
from .messaging import Messaging
from .network import Network
from .wire import check_kind, join_peers, parse_addr, split_peers

HELLO, GET_PEERS = "p2p:hello", "p2p:get_peers"
REJECTED, ACCEPTED = b"\x00", b"\x01"
LINGER = SECOND  # that a replaced connection stays open for what is under way on it


class Connection:
    def __init__(self, number: int, addr: str, outgoing: bool):
        self.id, self.addr, self.outgoing = number, addr, outgoing
        self.peer: Peer | None = None  # once its hello is accepted
        self.deadline: Timer | None = None


class Peer:
    def __init__(self, addr: str, conn: Connection):
        self.addr = addr
        self.conn: Connection | None = conn  # that is sent on; None once the peer is lost


class P2PNode:
    def __init__(self, host: Host, network: Network, messaging: Messaging, config: Config):
        self.host, self.network, self.messaging, self.config = host, network, messaging, config
        self.watcher = None
        self.conns: dict[int, Connection] = {}
        self.listed: dict[str, Peer] = {}
        self.pending = 0  # accepted in this callback, listed right after it
        self.dialling: set[str] = set()
        self.failures: dict[str, tuple[int, int]] = {}  # how many, and when the last
        self.round: Timer | None = None
        self.stopped = False

    def start(self, watcher) -> None:
        self.watcher = watcher
        self.messaging.register_handler(HELLO, self._hello)
        self.messaging.register_handler(GET_PEERS, self._asked_for_peers)
        self.messaging.start(self)
        self._try(self.config.bootstrap)
        self.round = self.host.after(self.config.interval, self._maintain)

    def stop(self) -> None:
        """Disconnects every peer and stops messaging (P2P-15)."""
        if self.stopped:
            return
        self.stopped = True
        # strata:begin p2p.4
        self.host.cancel(self.round)
        for peer in self._sorted():
            if peer.conn is not None:
                self.network.close(peer.conn.id)
        self.messaging.stop()
        # strata:end

    def _sorted(self) -> list[Peer]:
        return [self.listed[addr] for addr in sorted(self.listed)]

    # Dialling.

    def _try(self, addrs: list[str]) -> None:
        """Dials those of the addresses that may be dialled, in random order."""
        if self.stopped:
            return
        for addr in self.host.random.sample(addrs, len(addrs)):
            if self._may_dial(addr):
                self._dial(addr)

    def _may_dial(self, addr: str) -> bool:
        if addr == self.config.self or addr in self.listed or addr in self.dialling:
            return False
        if len(self.dialling) >= self.config.max_dials:
            return False
        if len(self.listed) + self.pending + len(self.dialling) >= self.config.max_peers:
            return False
        if addr not in self.failures:
            return True
        # strata:begin p2p.4
        count, at = self.failures[addr]
        wait = min(self.config.backoff_min * 2 ** min(count - 1, 60), self.config.backoff_max)
        return self.host.now() - at >= wait
        # strata:end

    def _dial(self, to: str) -> None:
        self.dialling.add(to)

        def done(conn: int, error: StrataError | None) -> None:
            if error is not None:
                self.dialling.discard(to)
                self._failed(to)
                return
            self._greet(self._open(conn, to, True))

        self.network.dial(to, done)

    def _failed(self, addr: str) -> None:
        """Notes that a dial came to nothing. The table is bounded."""
        count = self.failures.get(addr, (0, 0))[0]
        if count == 0 and len(self.failures) >= self.config.max_listed:
            del self.failures[min(self.failures, key=lambda a: (self.failures[a][1], a))]
        self.failures[addr] = count + 1, self.host.now()

    # Hello.

    def _greet(self, conn: Connection) -> None:
        """Says hello on a connection that we dialled (P2P-1)."""
        # strata:begin p2p.1
        self.messaging.request(conn.id, HELLO, self.config.self.encode(),
                               lambda reply, error: self._answered(conn, reply, error))
        # strata:end

    def _answered(self, conn: Connection, reply: bytes | None, error: StrataError | None) -> None:
        """Ends a dial with what came of its hello (P2P-3, P2P-4)."""
        self.dialling.discard(conn.addr)
        # strata:begin p2p.1
        verdict = reply[:1] if error is None else b""
        if verdict != ACCEPTED:
            peers = split_peers(reply[1:], self.config.max_listed) if verdict == REJECTED else []
            self._failed(conn.addr)
            self.network.close(conn.id)
            self._try(peers)
            return
        if self._full() and conn.addr not in self.listed:
            self.network.close(conn.id)
            return
        self.host.cancel(conn.deadline)
        self._add(conn)
        # strata:end

    def _hello(self, sender: int, payload: bytes) -> bytes | None:
        """Handles the hello of whoever dialled us (P2P-2, P2P-3, P2P-5, P2P-7, P2P-14)."""
        # strata:begin p2p.1
        conn = self.conns[sender]
        try:
            addr = parse_addr(payload)
        except StrataError:
            addr = ""
        if not addr or conn.addr:
            self.network.close(sender)
            return None
        conn.addr = addr
        others = join_peers(self._others(addr))
        if addr == self.config.self or self._full():
            return REJECTED + others
        self.host.cancel(conn.deadline)
        self.pending += 1
        self.host.after(0, lambda: self._accepted(conn))
        return ACCEPTED + others
        # strata:end

    def _accepted(self, conn: Connection) -> None:
        """Lists the peer, now that the acceptance is on its way."""
        # strata:begin p2p.1
        self.pending -= 1
        if self.conns.get(conn.id) is conn:
            self._add(conn)
        # strata:end

    def _full(self) -> bool:
        # strata:begin p2p.1
        return len(self.listed) + self.pending >= 2 * self.config.max_peers
        # strata:end

    def _others(self, asker: str) -> list[str]:
        return [addr for addr in sorted(self.listed) if addr != asker]

    # Connections and peers.

    def _open(self, number: int, addr: str, outgoing: bool) -> Connection:
        conn = Connection(number, addr, outgoing)
        self.conns[number] = conn
        self._close_after(conn, self.config.hello_within)
        return conn

    def _close_after(self, conn: Connection, delay: int) -> None:
        conn.deadline = self.host.after(delay, lambda: self.network.close(conn.id))

    def connected(self, conn: int, dialled: str) -> None:
        if dialled == "theirs":
            self._open(conn, "", False)

    def _add(self, conn: Connection) -> None:
        """Makes the connection its peer's; of two connections both ends keep the same one (P2P-6)."""
        peer = self.listed.get(conn.addr)
        if peer is None:
            conn.peer = Peer(conn.addr, conn)
            self.listed[conn.addr] = conn.peer
            self.failures.pop(conn.addr, None)
            if self.watcher is not None:
                self.watcher.peer_arrived(conn.addr)
            return
        # strata:begin p2p.2
        conn.peer, old = peer, peer.conn
        if old.outgoing != conn.outgoing and old.outgoing == (self.config.self < conn.addr):
            self._close_after(conn, LINGER)
            return
        peer.conn = conn
        self._close_after(old, LINGER)
        # strata:end

    def disconnected(self, number: int, ended: str, reason: StrataError | None) -> None:
        """The loss of the connection that a peer is reached by loses the peer (P2P-10)."""
        conn = self.conns.pop(number, None)
        if conn is None:
            return
        self.host.cancel(conn.deadline)
        if conn.peer is None:
            return
        # strata:begin p2p.2
        peer = conn.peer
        if peer.conn is not conn:
            return
        peer.conn = None
        del self.listed[peer.addr]
        if self.watcher is not None:
            self.watcher.peer_lost(peer.addr)
        # strata:end

    def register_handler(self, kind: str, handler: Callable[[str, bytes], bytes | None]) -> None:
        """handler sees messages of listed peers only (P2P-11)."""
        # strata:begin p2p.2
        def of_peer(sender: int, payload: bytes) -> bytes | None:
            conn = self.conns.get(sender)
            if conn is None or conn.peer is None or conn.peer.conn is None:
                return None
            return handler(conn.peer.addr, payload)

        self.messaging.register_handler(kind, of_peer)
        # strata:end

    # Maintenance.

    def _maintain(self) -> None:
        """One round: keeps the number of peers within its bounds (P2P-8)."""
        # strata:begin p2p.4
        self.round = self.host.after(self.config.interval, self._maintain)
        count = len(self.listed)
        if count == 0:
            self._try(self.config.bootstrap)
        elif 2 * count < self.config.max_peers:
            self._ask()
        elif count > self.config.max_peers:
            for peer in self.host.random.sample(self._sorted(), count - self.config.max_peers):
                if peer.conn is not None:
                    self.network.close(peer.conn.id)
        # strata:end

    def _ask(self) -> None:
        """Asks every peer for its peers, and tries those."""
        # strata:begin p2p.4
        def answered(reply: bytes | None, error: StrataError | None) -> None:
            if error is None:
                self._try(split_peers(reply, self.config.max_listed))

        for peer in self._sorted():
            if peer.conn is not None:
                self.messaging.request(peer.conn.id, GET_PEERS, b"", answered)
        # strata:end

    # Talking.

    def peers(self) -> list[str]:
        """The peers in ascending order."""
        return sorted(self.listed)

    def _asked_for_peers(self, sender: int, payload: bytes) -> bytes:
        # strata:begin p2p.3
        return join_peers(self._others(self.conns[sender].addr))
        # strata:end

    def send_message(self, to: str, kind: str, payload: bytes) -> None:
        # strata:begin p2p.3
        if to not in self.listed:
            raise errors.NOT_PEER
        self.messaging.send_message(self.listed[to].conn.id, kind, payload)
        # strata:end

    def request(self, to: str, kind: str, payload: bytes, done: Callable) -> None:
        # strata:begin p2p.3
        if to not in self.listed:
            done(None, errors.NOT_PEER)
            return
        self.messaging.request(self.listed[to].conn.id, kind, payload, done)
        # strata:end

    def broadcast_message(self, kind: str, payload: bytes, excluding: Sequence[str] = ()) -> None:
        """Sends to every peer but the excepted ones; one peer's error keeps nothing from the others (P2P-12)."""
        # strata:begin p2p.3
        check_kind(kind)
        for peer in self._sorted():
            if peer.conn is None or peer.addr in excluding:
                continue
            try:
                self.messaging.send_message(peer.conn.id, kind, payload)
            except StrataError as err:
                if err.is_a(errors.FRAME_TOO_BIG):
                    raise
        # strata:end
