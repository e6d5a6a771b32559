"""The layers below, as a layer of ours calls them: those of the other side."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, Callable

from . import errors
from .errors import StrataError
from .link import Function, Link
from .wire import Transaction


def text_of(data: bytes | None) -> str | None:
    """Bytes on their way over the boundary."""
    return None if data is None else b64encode(data).decode()


class _Below:
    def __init__(self, link: Link, ref: int):
        self._link, self._ref = link, ref

    def _call(self, method: str, *args: Any) -> Any:
        return self._link.call(self._ref, method, *args)

    def stop(self) -> None:
        self._call("stop")

    def _watch(self, watcher: Any, wrapped: Callable) -> int:
        return 0 if watcher is None else self._link.export(wrapped(watcher))


class Connections:
    """Hands what happens on connections to whoever listens: connected, received and disconnected."""

    def __init__(self, handler: Any):
        self._handler = handler

    def on_connected(self, conn: int, dialled: str) -> None:
        self._handler.connected(conn, dialled)

    def on_received(self, conn: int, payload: str) -> None:
        self._handler.received(conn, b64decode(payload))

    def on_disconnected(self, conn: int, ended: str, reason: dict | None) -> None:
        self._handler.disconnected(conn, ended, errors.read(reason))


class PeerEvents:
    def __init__(self, watcher: Any):
        self._watcher = watcher

    def on_peer_arrived(self, peer: str) -> None:
        self._watcher.peer_arrived(peer)

    def on_peer_lost(self, peer: str) -> None:
        self._watcher.peer_lost(peer)


class Network(_Below):
    def start(self, handler: Any) -> None:
        self._call("start", self._link.export(Connections(handler)))

    def dial(self, to: str, done: Callable[[int, StrataError | None], None]) -> None:
        self._call("dial", to, self._link.once(lambda conn, error: done(conn, errors.read(error))))

    def send(self, conn: int, payload: bytes) -> None:
        self._call("send", conn, text_of(payload))

    def close(self, conn: int) -> None:
        self._call("close", conn)


def replies(handler: Callable) -> Function:
    """A handler that returns bytes to answer, or None."""
    return Function(lambda sender, payload: text_of(handler(sender, b64decode(payload))))


class _Asks(_Below):
    def register_handler(self, kind: str, handler: Callable[[Any, bytes], bytes | None]) -> None:
        self._call("handle", kind, self._link.export(replies(handler)))

    def send_message(self, to: Any, kind: str, payload: bytes) -> None:
        self._call("send", to, kind, text_of(payload))

    def request(self, to: Any, kind: str, payload: bytes, done: Callable[[bytes | None, StrataError | None], None]) -> None:
        def answered(reply: str | None, error: dict | None) -> None:
            done(b64decode(reply) if error is None else None, errors.read(error))

        self._call("request", to, kind, text_of(payload), self._link.once(answered))


class Messaging(_Asks):
    def start(self, watcher: Any) -> None:
        self._call("start", self._watch(watcher, Connections))


class P2P(_Asks):
    def start(self, watcher: Any) -> None:
        self._call("start", self._watch(watcher, PeerEvents))

    def peers(self) -> list[str]:
        return self._call("peers")

    def broadcast_message(self, kind: str, payload: bytes, excluding: tuple[str, ...] = ()) -> None:
        self._call("broadcast", kind, text_of(payload), list(excluding))


class Gossip(_Below):
    def start(self, watcher: Any) -> None:
        self._call("start", self._watch(watcher, PeerEvents))

    def register_handler(self, kind: str, handler: Callable[[str, bytes], bool]) -> None:
        self._call("handle", kind, self._link.export(Function(lambda sender, payload: handler(sender, b64decode(payload)))))

    def broadcast(self, kind: str, payload: bytes) -> None:
        self._call("broadcast", kind, text_of(payload))


class Verifier(_Below):
    def verify(self, tx: Transaction) -> bool:
        """Whether the signature is right (CHN-13)."""
        try:
            self._call("verify", tx.text())
        except StrataError:
            return False
        return True


class State(_Below):
    """The accounts after a block. What is written is kept here until flush, so that a fork costs nothing."""

    def __init__(self, link: Link, ref: int, number: str, block: str, below: State | None = None):
        super().__init__(link, ref)
        self.number, self.hash = int(number), block
        self._below, self._written = below, {}

    def account(self, key: str) -> tuple[int, int]:
        """Balance and nonce; zeros for a key that was never touched."""
        state: State | None = self
        while state is not None:
            if key in state._written:
                return state._written[key]
            state = state._below
        balance, nonce = self._call("account", key)
        return int(balance), int(nonce)

    def set_account(self, key: str, balance: int, nonce: int) -> None:
        self._written[key] = balance, nonce

    def advance(self, number: int, block: str) -> None:
        self.number, self.hash = number, block
        self._moved = True

    _moved = False

    def fork(self) -> State:
        """A state that begins as a copy; what is written to it is not seen in this one."""
        return State(self._link, self._ref, str(self.number), self.hash, self)

    def flush(self) -> None:
        for key, (balance, nonce) in self._written.items():
            self._call("set_account", key, str(balance), str(nonce))
        if self._moved:
            self._call("advance", str(self.number), self.hash)


class Pool(_Below):
    def get_transactions(self) -> list[Transaction]:
        return [Transaction.parse(text.encode()) for text in self._call("transactions")]

    def evict_transaction(self, *ids: str) -> None:
        self._call("evict", list(ids))
