"""How values cross the boundary, and how the methods of methods.json take and return them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from pathlib import Path
from typing import Any, Callable, NamedTuple

from . import link
from .errors import StrataError


class Kind(NamedTuple):
    """Writes a value for the boundary, and reads it from there."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def or_none(write: Callable, read: Callable, none: Any = None) -> Kind:
    """Values in whose place there may be None, and how that is written."""
    return Kind(lambda value: none if value is None else write(value),
                lambda wire: None if wire == none else read(wire))


def each(kind: Kind) -> Kind:
    """Lists of values."""
    return Kind(lambda values: [*map(kind.write, values)], lambda wire: [*map(kind.read, wire)])


AS_IS = Kind(lambda value: value, lambda wire: wire)
DECIMAL = Kind(str, int)  # a number that may pass 2^53
KINDS = defaultdict(lambda: AS_IS, {
    "nothing": Kind(lambda value: None, lambda wire: None),
    "bytes": or_none(lambda data: b64encode(data).decode(), b64decode),
    "decimal": DECIMAL,
    "decimals": each(DECIMAL),
    "error": or_none(vars, lambda wire: StrataError(**wire)),
})


class Method(NamedTuple):
    """A method of methods.json."""

    name: str  # on the boundary
    takes: list[str]
    least: int  # of these: what is left may be left out
    gives: str

    def on(self, ref: int) -> Callable:
        """The method of an object of the other side."""
        def call(*args: Any) -> Any:
            if not self.least <= len(args) <= len(self.takes):
                raise TypeError(f"{self.name} takes {len(self.takes)} arguments, not {len(args)}")
            wire = [KINDS[kind].write(arg) for kind, arg in zip(self.takes, args)]
            return KINDS[self.gives].read(link.call(ref, self.name, wire))

        return call

    def of(self, method: Callable) -> Callable:
        """What the other side calls when it calls a method of ours."""
        def serve(*wire: Any) -> Any:
            args = [KINDS[kind].read(arg) for kind, arg in zip(self.takes, wire)]
            return KINDS[self.gives].write(method(*args))

        return serve


class Remote:
    """An object of the other side, of a kind that methods.json lists."""

    def __init__(self, kind: str, ref: int):
        self._kind, self._ref = kind, ref

    def __getattr__(self, name: str) -> Callable:
        if name not in METHODS[self._kind]:
            raise AttributeError(f"{self._kind} has no method {name}")
        return METHODS[self._kind][name].on(self._ref)


def served(kind: str, value: Any) -> link.Served:
    """An object of ours, as the other side calls it."""
    return {method.name: method.of(getattr(value, name)) for name, method in METHODS[kind].items()}


def objects(kind: str) -> Kind:
    return or_none(lambda value: link.export(served(kind, value)), lambda ref: Remote(kind, ref), 0)


def functions(run: Method) -> Kind:
    return Kind(lambda function: link.export({"run": run.of(function)}), run.on)


def once(run: Method) -> Kind:
    """Functions that are called once at most, and forgotten then."""
    def write(function: Callable) -> int:
        def last(*wire: Any) -> Any:
            link.forget(number)
            return run.of(function)(*wire)

        number = link.export({"run": last})
        return number

    return Kind(write, run.on)


def method(names: str, values: str) -> tuple[str, Method]:
    """An entry of methods.json, and the name that layers use."""
    there, _, here = names.partition("=")
    takes, _, gives = values.partition("->")
    kinds = takes.replace("?", "").split()
    least = len(kinds) - takes.count("?")
    return here or there, Method(there, kinds, least, gives.strip() or "nothing")


TABLE = json.loads(Path(__file__).with_name("methods.json").read_text())
METHODS = {name: dict(method(*entry) for entry in entries.items())
           for name, entries in TABLE.items()}
for name, methods in METHODS.items():
    if "run" in methods:
        KINDS[name] = functions(methods["run"])
    elif "once" in methods:
        KINDS[name] = once(methods["once"]._replace(name="run"))
    else:
        KINDS[name] = objects(name)
