"""Makes the layers of a package, and serves them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Callable

from . import link
from .host import Host
from .values import AS_IS, KINDS, Kind, each, served


class Config(SimpleNamespace):
    """The settings of a layer, by the names of docs/boundary.md; durations in nanoseconds."""


class OnStates:
    """Hands chain a state where the boundary has accounts, the block's number and its hash."""

    def __init__(self, chain: Any, state: type):
        self._chain, self._state = chain, state

    def __getattr__(self, name: str) -> Callable:
        method = getattr(self._chain, name)

        def on_state(accounts: Any, number: int, block: str, *args: Any) -> Any:
            state = self._state(accounts, number, block)
            result = method(state, *args)
            state.flush()
            return result

        return on_state


def settings(wire: dict) -> Config:
    """Durations and amounts come as decimal strings, for some languages have no such numbers."""
    return Config(**{name: int(value) if isinstance(value, str) and value.isdigit() else value
                     for name, value in wire.items()})


def serve(package: Any) -> None:
    """Serves the layers of a package, which has a module for each, and wire for what they send."""
    transaction, block = package.wire.Transaction, package.wire.Block
    KINDS["transaction"] = Kind(transaction.text, lambda text: transaction.parse(text.encode()))
    KINDS["transactions"] = each(KINDS["transaction"])
    KINDS["block"] = Kind(block.text, lambda text: block.parse(text.encode()))
    KINDS["settings"] = Kind(AS_IS.write, settings)
    KINDS["host"] = AS_IS  # a number, which goes with the seed behind it

    def hosted(layer: Callable) -> Callable:
        return lambda host, seed, *below: layer(Host(host, seed), *below)

    link.serve(served("layers", SimpleNamespace(
        new_network=hosted(package.network.Network),
        new_messaging=hosted(package.messaging.Messaging),
        new_p2p=hosted(package.p2p.P2PNode),
        new_gossip=hosted(package.gossip.Gossip),
        new_mempool=hosted(package.mempool.Mempool),
        new_chain=lambda *below: OnStates(package.chain.Blockchain(*below), package.state.State))))
