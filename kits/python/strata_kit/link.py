"""The boundary: lines of JSON on standard input and output. docs/boundary.md is its description."""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any, Callable

from . import errors

VERSION = 1


class Crash(Exception):
    """The other side has given up the run."""


class Link:
    """One end of the boundary. Calls nest: whoever waits for an answer serves what comes in the meantime."""

    def __init__(self, read, write):
        self._read, self._write = read, write
        self._objects: dict[int, Any] = {}
        self._last = 0

    def export(self, obj: Any) -> int:
        """The number under which the other side can call the object. None has 0."""
        if obj is None:
            return 0
        self._last += 1
        self._objects[self._last] = obj
        return self._last

    def once(self, function: Callable) -> int:
        """The number of a function that is called once at most, and forgotten then."""
        return self.export(_Once(self, self._last + 1, function))

    def forget(self, ref: int) -> None:
        self._objects.pop(ref, None)

    def reset(self) -> None:
        """Forgets every object but the one that makes layers, which is 0."""
        self._objects = {0: self._objects[0]}

    def call(self, on: int, method: str, *args: Any) -> Any:
        """Calls a method of an object of the other side. Raises the StrataError that it returns."""
        self._send({"call": method, "on": on, "args": args})
        while True:
            message = self._receive()
            if "call" in message:
                self._answer(message)
            elif "error" in message:
                raise errors.read(message["error"])
            else:
                return message["return"]

    def serve(self, root: Any) -> None:
        """Says hello and serves calls until there are none."""
        self._objects[0] = root
        self._send({"strata": VERSION})
        while (message := self._receive_or_end()) is not None:
            self._answer(message)

    def _answer(self, message: dict) -> None:
        try:
            method = getattr(self._objects[message.get("on", 0)], "on_" + message["call"])
            answer = {"return": method(*message.get("args", ()))}
        except errors.StrataError as err:
            answer = {"error": err.wire()}
        except errors.NotWritten as step:
            answer = {"crash": {"text": f"step {step} is not written yet", "step": str(step)}}
        except Exception as err:  # whatever it is, the other side wants to know where
            answer = {"crash": {"text": f"{type(err).__name__}: {err}", "trace": _trace(err)}}
        self._send(answer)

    def _send(self, message: dict) -> None:
        self._write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    def _receive(self) -> dict:
        message = self._receive_or_end()
        if message is None:
            raise SystemExit(0)  # in the middle of a call: the run is over
        return message

    def _receive_or_end(self) -> dict | None:
        line = self._read()
        return json.loads(line) if line else None


class _Once:
    def __init__(self, link: Link, ref: int, function: Callable):
        self._link, self._ref, self._function = link, ref, function

    def on_run(self, *args: Any) -> Any:
        self._link.forget(self._ref)
        return self._function(*args)


class Function:
    """A function that the other side can call again and again."""

    def __init__(self, function: Callable):
        self.on_run = function


def _trace(err: BaseException) -> list[str]:
    """Where an exception was raised, innermost first, without the kit's own frames."""
    kit = os.path.dirname(os.path.abspath(__file__))
    frames = traceback.extract_tb(err.__traceback__)
    return [f"{os.path.relpath(f.filename)}:{f.lineno} in {f.name}"
            for f in reversed(frames) if not os.path.abspath(f.filename).startswith(kit)]


def serve(layers: Any) -> None:
    """Serves the layers of a package, which has modules network, messaging, p2p, gossip, mempool and chain. What is printed goes to standard
    error: standard output is the boundary's."""
    from .layers import Layers

    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    sys.setrecursionlimit(20_000)
    link = Link(sys.stdin.buffer.readline, out.write)
    link.serve(Layers(link, layers))
