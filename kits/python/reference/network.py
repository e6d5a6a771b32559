"""Layer 1: whole messages, in order, over connections (NET-1 to NET-12)."""

from __future__ import annotations

from typing import Callable

from strata_kit import Config, Host, NotWritten, StrataError, Stream

from . import errors

OURS, THEIRS = "ours", "theirs"
HEADER_SIZE = 4


class Network:
    def __init__(self, host: Host, config: Config):
        self.host, self.config = host, config
        self.handler = None
        self.listener = None
        self.stopped = False
        self.conns: dict[int, Connection] = {}
        self.last_conn = 0
        self.dials: dict[int, Callable] = {}  # under way, by number
        self.last_dial = 0

    def start(self, handler) -> None:
        """Listens, and tells handler of everything from now on: connected, received, disconnected."""
        self.handler = handler
        if self.config.listen:
            self.listener = self.host.listen(self.config.listen, self._accept)

    def _accept(self, stream: Stream) -> None:
        if self.stopped:
            stream.close()
        else:
            self._open(stream, THEIRS)

    def _open(self, stream: Stream, dialled: str) -> int:
        """Makes a connection of a stream, raises the connect event and returns the connection's id."""
        self.last_conn += 1
        conn = Connection(self, self.last_conn, stream)
        self.conns[conn.id] = conn
        stream.deliver(conn)
        self.handler.connected(conn.id, dialled)
        return conn.id

    def end(self, conn: Connection, by: str, reason: StrataError | None) -> None:
        """Forgets a connection, closes its stream and raises the disconnect event; once (NET-6)."""
        if conn.over:
            return
        conn.over = True
        del self.conns[conn.id]
        conn.stream.close()
        self.handler.disconnected(conn.id, by, reason)

    def dial(self, to: str, done: Callable[[int, StrataError | None], None]) -> None:
        """Opens a connection; done runs once: with its id after the connect event, or with the error (NET-10)."""
        # strata:begin network.2
        if self.stopped:
            done(0, errors.CLOSED)
            return
        self.last_dial += 1
        number = self.last_dial
        self.dials[number] = done
        self.host.dial(to, lambda stream, error: self._dialled(number, stream, error))
        # strata:end

    def _dialled(self, number: int, stream: Stream | None, error: StrataError | None) -> None:
        """Ends a dial, unless stop has done so."""
        # strata:begin network.2
        if number not in self.dials:
            if stream is not None:
                stream.close()
            return
        conn = 0 if stream is None else self._open(stream, OURS)
        done = self.dials.pop(number, None)
        if done is not None:  # else the connect event stopped the layer
            done(conn, error)
        # strata:end

    def send(self, conn: int, payload: bytes) -> None:
        """Sends one frame, or nothing of it. Raises CLOSED, FRAME_TOO_BIG and SLOW_PEER (NET-8, NET-9)."""
        # strata:begin network.3
        c = self.conns.get(conn)
        if c is None:
            raise errors.CLOSED
        if len(payload) > self.config.max_frame:
            raise errors.FRAME_TOO_BIG
        if c.stream.queued() + HEADER_SIZE + len(payload) > self.config.max_queued:
            self.end(c, OURS, errors.SLOW_PEER)
            raise errors.SLOW_PEER
        c.stream.write(len(payload).to_bytes(HEADER_SIZE, "big") + payload)
        # strata:end

    def close(self, conn: int) -> None:
        """Ends the connection, closed by us and without a reason."""
        # strata:begin network.3
        if conn in self.conns:
            self.end(self.conns[conn], OURS, None)
        # strata:end

    def stop(self) -> None:
        """Closes the listener and every connection, and ends every dial with CLOSED (NET-11)."""
        # strata:begin network.3
        if self.stopped:
            return
        self.stopped = True
        if self.listener is not None:
            self.listener.close()
        for conn in sorted(self.conns):
            self.close(conn)
        for number in sorted(self.dials):
            self.dials.pop(number)(0, errors.CLOSED)
        # strata:end


class Connection:
    """One connection: it receives what comes on its stream."""

    def __init__(self, layer: Network, number: int, stream: Stream):
        self.layer, self.id, self.stream = layer, number, stream
        self.over = False
        self.begun = bytearray()  # what has come of a frame that is not whole

    def receive(self, piece: bytes) -> None:
        """Takes the next piece of the stream, and hands on every message that it completes (NET-2 to NET-4)."""
        # strata:begin network.1
        self.begun += piece
        at = 0
        while not self.over and len(self.begun) - at >= HEADER_SIZE:
            size = int.from_bytes(self.begun[at:at + HEADER_SIZE], "big")
            if size > self.layer.config.max_frame:
                self.layer.end(self, OURS, errors.FRAME_TOO_BIG.with_text(f"frame too big: {size} bytes"))
                return
            end = at + HEADER_SIZE + size
            if len(self.begun) < end:
                break
            payload, at = bytes(self.begun[at + HEADER_SIZE:end]), end
            self.layer.handler.received(self.id, payload)
        del self.begun[:at]
        # strata:end

    def ended(self, reason: StrataError | None) -> None:
        """Takes the end of the stream: theirs, and TRUNCATED inside a frame (NET-5, NET-7)."""
        # strata:begin network.2
        if reason is None and self.begun:
            reason = errors.TRUNCATED
        self.layer.end(self, THEIRS, reason)
        # strata:end
