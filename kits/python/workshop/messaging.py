"""Layer 2: messages with a kind, and requests that are answered (MSG-1 to MSG-10)."""

from __future__ import annotations

from typing import Callable

from strata_kit import Config, Host, NotWritten, StrataError, Timer

from . import errors
from .network import Network
from .wire import check_kind

REGULAR, REQUEST, RESPONSE = 0, 1, 2

Done = Callable[[bytes | None, StrataError | None], None]


def encode(type_: int, id_: int, kind: str, payload: bytes) -> bytes:
    """The bytes of a message (MSG-1)."""
    return bytes([type_]) + id_.to_bytes(4, "big") + kind.encode() + b"\0" + payload


def decode(data: bytes) -> tuple[int, int, str, bytes]:
    """Type, id, kind and payload. Raises MESSAGE_MALFORMED (MSG-10)."""
    bad = errors.MESSAGE_MALFORMED
    end = data.find(b"\0", 5)
    if len(data) < 6 or data[0] > RESPONSE or end < 0:
        raise bad
    if data[0] == RESPONSE:
        return RESPONSE, int.from_bytes(data[1:5], "big"), "", data[end + 1:]
    try:
        kind = data[5:end].decode()
        check_kind(kind)
    except (UnicodeDecodeError, StrataError):
        raise bad from None
    return data[0], int.from_bytes(data[1:5], "big"), kind, data[end + 1:]


class Messaging:
    def __init__(self, host: Host, network: Network, config: Config):
        self.host, self.network, self.config = host, network, config
        self.watcher = None
        self.handlers: dict[str, Callable] = {}
        self.stopped = False
        self.last_id: dict[int, int] = {}  # of every open connection
        self.outstanding: dict[tuple[int, int], tuple[Done, Timer]] = {}  # by connection and id

    def start(self, watcher) -> None:
        """Starts the network below. watcher may be None."""
        self.watcher = watcher
        self.network.start(self)

    def connected(self, conn: int, dialled: str) -> None:
        self.last_id[conn] = 0
        if self.watcher is not None:
            self.watcher.connected(conn, dialled)

    def disconnected(self, conn: int, ended: str, reason: StrataError | None) -> None:
        self.last_id.pop(conn, None)
        self._abandon(conn)
        if self.watcher is not None:
            self.watcher.disconnected(conn, ended, reason)

    def register_handler(self, kind: str, handler: Callable[[int, bytes], bytes | None]) -> None:
        """handler returns the bytes to answer with, or None. Raises BAD_KIND and DUPLICATE_KIND (MSG-3)."""
        raise NotWritten("messaging.1")

    def received(self, conn: int, data: bytes) -> None:
        """Takes a message from the network (MSG-4 to MSG-6, MSG-10)."""
        raise NotWritten("messaging.1")

    def send_message(self, conn: int, kind: str, payload: bytes) -> None:
        """Sends a regular message. Raises BAD_KIND, and what network.send does."""
        raise NotWritten("messaging.2")

    def request(self, conn: int, kind: str, payload: bytes, done: Done) -> None:
        """Sends a request; done runs once: with the reply, or with the error (MSG-7 to MSG-9)."""
        raise NotWritten("messaging.2")

    def _new_id(self, conn: int) -> int:
        """The next id of the connection that no outstanding request has."""
        raise NotWritten("messaging.2")

    def _finish(self, key: tuple[int, int], reply: bytes | None, error: StrataError | None) -> None:
        """Ends a request, if it is outstanding."""
        raise NotWritten("messaging.2")

    def _abandon(self, conn: int) -> None:
        """Ends the requests of one connection with CLOSED."""
        raise NotWritten("messaging.3")

    def stop(self) -> None:
        """Ends all requests with CLOSED, then stops the network."""
        raise NotWritten("messaging.3")
