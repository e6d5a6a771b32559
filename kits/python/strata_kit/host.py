"""What a layer may touch of the world: time, timers, randomness, streams and a log."""

from __future__ import annotations

import random
from base64 import b64decode, b64encode
from types import SimpleNamespace
from typing import Any, Callable, Protocol

from . import errors
from .errors import StrataError
from .link import Function, Link

SECOND = 1_000_000_000  # nanoseconds: the unit of all times and durations


class Config(SimpleNamespace):
    """The settings of a layer, by the names of docs/boundary.md; durations in nanoseconds."""


class Receiver(Protocol):
    """Is told what happens on a stream."""

    def receive(self, piece: bytes) -> None: ...

    def ended(self, reason: StrataError | None) -> None: ...


class Timer:
    """A timer that has been set."""

    def __init__(self, ref: int, function: int):
        self.ref, self.function = ref, function


class Stream:
    """One end of a connection that carries bytes both ways."""

    def __init__(self, link: Link, ref: int):
        self._link, self._ref = link, ref

    def deliver(self, receiver: Receiver) -> None:
        """Says who gets the bytes: once, in the callback that brought the stream."""
        self._link.call(self._ref, "deliver", self._link.export(_Received(receiver)))

    def write(self, data: bytes) -> None:
        """Queues bytes, and never waits."""
        self._link.call(self._ref, "write", b64encode(data).decode())

    def queued(self) -> int:
        """How many bytes have not been handed to the wire yet."""
        return self._link.call(self._ref, "queued")

    def close(self) -> None:
        self._link.call(self._ref, "close")


class _Received:
    def __init__(self, receiver: Receiver):
        self._receiver = receiver

    def on_receive(self, piece: str) -> None:
        self._receiver.receive(b64decode(piece))

    def on_ended(self, reason: dict | None) -> None:
        self._receiver.ended(errors.read(reason))


class Host:
    """All of a node's code runs on one loop: the host calls, and each call runs to its end."""

    def __init__(self, link: Link, ref: int, seed: str):
        self._link, self._ref = link, ref
        self.random = random.Random(int(seed))  # this layer's own, seeded by the host

    def now(self) -> int:
        """The time of this node's clock, in nanoseconds."""
        return int(self._link.call(self._ref, "now"))

    def after(self, delay: int, function: Callable[[], None]) -> Timer:
        """Calls function once, so many nanoseconds from now. With 0 it runs right after the callback under way."""
        ref = self._link.once(function)
        return Timer(self._link.call(self._ref, "after", str(delay), ref), ref)

    def cancel(self, timer: Timer | None) -> None:
        """Forgets a timer. One that has run, or none, does no harm."""
        if timer is not None:
            self._link.forget(timer.function)
            self._link.call(self._ref, "cancel", timer.ref)

    def log(self, text: str, level: int = -4, **attrs: Any) -> None:
        """Writes a record: -4 is debug, 0 info, 4 a warning, 8 an error."""
        self._link.call(self._ref, "log", level, text, {key: str(value) for key, value in attrs.items()})

    def listen(self, at: str, accept: Callable[[Stream], None]) -> "Listener":
        """Calls accept for each stream that somebody opens to the address."""
        heard = Function(lambda stream: accept(Stream(self._link, stream)))
        return Listener(self._link, self._link.call(self._ref, "listen", at, self._link.export(heard)))

    def dial(self, to: str, done: Callable[[Stream | None, StrataError | None], None]) -> None:
        """Opens a stream and calls done once, later."""
        def dialled(stream: int, error: dict | None) -> None:
            done(Stream(self._link, stream) if error is None else None, errors.read(error))

        self._link.call(self._ref, "dial", to, self._link.once(dialled))


class Listener:
    def __init__(self, link: Link, ref: int):
        self._link, self._ref = link, ref

    def close(self) -> None:
        self._link.call(self._ref, "close")
