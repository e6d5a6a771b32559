"""What a layer may touch of the world: time, timers, randomness, streams and a log."""

from __future__ import annotations

from random import Random
from typing import Any, Callable, NamedTuple, Protocol

from . import link
from .values import KINDS, Remote

SECOND = 1_000_000_000  # nanoseconds: the unit of all times and durations


class Stream(Protocol):
    """One end of a connection that carries bytes both ways."""

    def deliver(self, to: Any) -> None:
        """Says whose receive(piece) and ended(reason) are called: at once, in this callback."""

    def write(self, data: bytes) -> None:
        """Queues bytes, and never waits."""

    def queued(self) -> int:
        """How many bytes have not been handed to the wire yet."""
        ...

    def close(self) -> None: ...


class Timer(NamedTuple):
    """A timer that has been set."""

    number: int
    due: int  # the function's


class Host(Remote):
    """All of a node's code runs on one loop: the host calls, and each call runs to its end.

    now() is the time of this node's clock, in nanoseconds. listen(at, accept) calls accept for each
    stream that somebody opens to the address. dial(to, done) opens a stream and calls done once,
    later, with the stream and None, or with None and the error."""

    def __init__(self, ref: int, seed: str):
        super().__init__("host", ref)
        self.random = Random(int(seed))  # this layer's own, seeded by the host

    def after(self, delay: int, function: Callable[[], None]) -> Timer:
        """Calls function once, so many nanoseconds from now. With 0 right after this callback."""
        due = KINDS["due"].write(function)
        return Timer(link.call(self._ref, "after", [str(delay), due]), due)

    def cancel(self, timer: Timer | None) -> None:
        """Forgets a timer. One that has run, or none, does no harm."""
        if timer is not None:
            link.forget(timer.due)
            link.call(self._ref, "cancel", [timer.number])

    def log(self, text: str, level: int = -4, **attrs: Any) -> None:
        """Writes a record: -4 is debug, 0 info, 4 a warning, 8 an error."""
        texts = {key: str(value) for key, value in attrs.items()}
        link.call(self._ref, "log", [level, text, texts])
