"""The boundary: lines of JSON on standard input and output. docs/boundary.md describes it."""

from __future__ import annotations

import json
import os
import sys
import traceback
from itertools import count
from typing import Any, Callable

from .errors import NotWritten, StrataError

Served = dict[str, Callable]  # the methods of an object, by their names on the boundary

_in, _out = sys.stdin.buffer, sys.stdout.buffer
_objects: dict[int, Served] = {}  # that the other side can call
_numbers = count(1)


def export(methods: Served) -> int:
    """The number of an object that the other side can call."""
    number = next(_numbers)
    _objects[number] = methods
    return number


def forget(number: int) -> None:
    """Forgets an object that nobody will call."""
    _objects.pop(number, None)


def call(on: int, method: str, args: list) -> Any:
    """Calls an object of the other side, and serves what that calls before it answers."""
    _send({"call": method, "on": on, "args": args})
    while message := _receive():
        if "call" in message:
            _answer(message)
        elif "error" in message:
            raise StrataError(**message["error"])
        else:
            return message["return"]
    raise SystemExit  # the run is over


def serve(root: Served) -> None:
    """Says hello and answers calls until there are none. What is printed goes to standard error."""
    sys.stdout = sys.stderr
    sys.setrecursionlimit(20_000)
    _objects[0] = root | {"reset": _reset}
    _send({"strata": 1})
    while message := _receive():
        _answer(message)


def _reset() -> None:
    root = _objects[0]
    _objects.clear()
    _objects[0] = root


def _answer(message: dict) -> None:
    try:
        method = _objects[message.get("on", 0)][message["call"]]
        answer = {"return": method(*message.get("args", ()))}
    except StrataError as err:
        answer = {"error": vars(err)}
    except NotWritten as step:
        answer = {"crash": {"text": f"step {step} is not written yet", "step": str(step)}}
    except Exception as err:  # whatever it is, the other side wants to know where
        answer = {"crash": {"text": f"{type(err).__name__}: {err}", "trace": _trace(err)}}
    _send(answer)


def _send(message: dict) -> None:
    _out.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    _out.flush()


def _receive() -> dict | None:
    line = _in.readline()
    return json.loads(line) if line else None


def _trace(err: BaseException) -> list[str]:
    """Where an exception was raised, innermost first, without the kit's own frames."""
    kit = os.path.dirname(os.path.abspath(__file__))
    frames = traceback.extract_tb(err.__traceback__)
    return [f"{os.path.relpath(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in reversed(frames) if not os.path.abspath(frame.filename).startswith(kit)]
