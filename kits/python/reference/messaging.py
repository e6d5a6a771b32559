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
        # strata:begin messaging.1
        check_kind(kind)
        if kind in self.handlers:
            raise errors.DUPLICATE_KIND
        self.handlers[kind] = handler
        # strata:end

    def received(self, conn: int, data: bytes) -> None:
        """Takes a message from the network (MSG-4 to MSG-6, MSG-10)."""
        # strata:begin messaging.1
        try:
            type_, id_, kind, payload = decode(data)
        except StrataError as err:
            self.host.log("closing", conn=conn, err=err)
            self.network.close(conn)
            return
        if type_ == RESPONSE:
            self._finish((conn, id_), payload, None)
            return
        handler = self.handlers.get(kind)
        reply = handler(conn, payload) if handler is not None else None
        if reply is not None and type_ == REQUEST:
            try:
                self.network.send(conn, encode(RESPONSE, id_, "", reply))
            except StrataError as err:
                self.host.log("response not sent", conn=conn, err=err)
        # strata:end

    def send_message(self, conn: int, kind: str, payload: bytes) -> None:
        """Sends a regular message. Raises BAD_KIND, and what network.send does."""
        # strata:begin messaging.2
        check_kind(kind)
        self.network.send(conn, encode(REGULAR, 0, kind, payload))
        # strata:end

    def request(self, conn: int, kind: str, payload: bytes, done: Done) -> None:
        """Sends a request; done runs once: with the reply, or with the error (MSG-7 to MSG-9)."""
        # strata:begin messaging.2
        try:
            check_kind(kind)
            if conn not in self.last_id or self.stopped:
                raise errors.CLOSED
            key = conn, self._new_id(conn)
            self.network.send(conn, encode(REQUEST, key[1], kind, payload))
        except StrataError as err:
            done(None, err)
            return
        timer = self.host.after(self.config.timeout, lambda: self._finish(key, None, errors.TIMEOUT))
        self.outstanding[key] = done, timer
        # strata:end

    def _new_id(self, conn: int) -> int:
        """The next id of the connection that no outstanding request has."""
        # strata:begin messaging.2
        id_ = self.last_id[conn]
        while True:
            id_ = id_ % self.config.max_id + 1
            if (conn, id_) not in self.outstanding:
                self.last_id[conn] = id_
                return id_
        # strata:end

    def _finish(self, key: tuple[int, int], reply: bytes | None, error: StrataError | None) -> None:
        """Ends a request, if it is outstanding."""
        # strata:begin messaging.2
        if key in self.outstanding:
            done, timer = self.outstanding.pop(key)
            self.host.cancel(timer)
            done(reply, error)
        # strata:end

    def _abandon(self, conn: int) -> None:
        """Ends the requests of one connection with CLOSED."""
        # strata:begin messaging.3
        for key in sorted(k for k in self.outstanding if k[0] == conn):
            self._finish(key, None, errors.CLOSED)
        # strata:end

    def stop(self) -> None:
        """Ends all requests with CLOSED, then stops the network."""
        # strata:begin messaging.3
        if self.stopped:
            return
        self.stopped = True
        for conn in sorted(self.last_id):
            self._abandon(conn)
        self.network.stop()
        # strata:end
