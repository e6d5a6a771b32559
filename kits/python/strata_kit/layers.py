"""Makes the layers of a package, and hands them what the other side calls."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from . import below, errors
from .below import text_of
from .host import Config, Host
from .link import Link
from .wire import Block, Transaction


class Layers:
    """The object that makes layers: number 0."""

    def __init__(self, link: Link, package: Any):
        self._link, self._package = link, package

    def on_reset(self) -> None:
        self._link.reset()

    def on_new_network(self, host: int, seed: str, config: dict) -> int:
        layer = self._package.network.Network(Host(self._link, host, seed), _config(config))
        return self._link.export(NetworkAbove(self._link, layer))

    def on_new_messaging(self, host: int, seed: str, network: int, config: dict) -> int:
        layer = self._package.messaging.Messaging(
            Host(self._link, host, seed), below.Network(self._link, network), _config(config))
        return self._link.export(MessagingAbove(self._link, layer))

    def on_new_p2p(self, host: int, seed: str, network: int, messaging: int, config: dict) -> int:
        layer = self._package.p2p.P2PNode(Host(self._link, host, seed), below.Network(self._link, network),
                                          below.Messaging(self._link, messaging), _config(config))
        return self._link.export(P2PAbove(self._link, layer))

    def on_new_gossip(self, host: int, seed: str, peers: int, config: dict) -> int:
        layer = self._package.gossip.Gossip(Host(self._link, host, seed), below.P2P(self._link, peers), _config(config))
        return self._link.export(GossipAbove(self._link, layer))

    def on_new_mempool(self, host: int, seed: str, gossip: int, verifier: int, config: dict) -> int:
        layer = self._package.mempool.Mempool(Host(self._link, host, seed), below.Gossip(self._link, gossip),
                                              below.Verifier(self._link, verifier), _config(config))
        return self._link.export(MempoolAbove(self._link, layer))

    def on_new_chain(self, verifier: int, config: dict) -> int:
        layer = self._package.chain.Blockchain(below.Verifier(self._link, verifier), _config(config))
        return self._link.export(ChainAbove(self._link, layer))


def _config(wire: dict) -> Config:
    """Durations and amounts come as decimal strings, for some languages have no such numbers."""
    return Config(**{name: int(value) if isinstance(value, str) and value.isdigit() else value
                     for name, value in wire.items()})


class _Above:
    def __init__(self, link: Link, layer: Any):
        self._link, self._layer = link, layer

    def on_stop(self) -> None:
        self._layer.stop()

    def _done(self, ref: int):
        return lambda reply, error: self._link.call(ref, "run", text_of(reply), error and error.wire())

    def _handler(self, ref: int):
        def handle(sender: Any, payload: bytes) -> bytes | None:
            reply = self._link.call(ref, "run", sender, text_of(payload))
            return None if reply is None else b64decode(reply)

        return handle


class _Events:
    """Whoever listens on the other side."""

    def __init__(self, link: Link, ref: int):
        self._link, self._ref = link, ref

    def connected(self, conn: int, dialled: str) -> None:
        self._link.call(self._ref, "connected", conn, dialled)

    def received(self, conn: int, payload: bytes) -> None:
        self._link.call(self._ref, "received", conn, text_of(payload))

    def disconnected(self, conn: int, ended: str, reason: errors.StrataError | None) -> None:
        self._link.call(self._ref, "disconnected", conn, ended, reason and reason.wire())

    def peer_arrived(self, peer: str) -> None:
        self._link.call(self._ref, "peer_arrived", peer)

    def peer_lost(self, peer: str) -> None:
        self._link.call(self._ref, "peer_lost", peer)

    def transaction_pooled(self, tx: Transaction) -> None:
        self._link.call(self._ref, "transaction_pooled", tx.text())

    def transaction_left(self, tx: Transaction) -> None:
        self._link.call(self._ref, "transaction_left", tx.text())

    def transaction_refused(self, sender: str, error: errors.StrataError) -> None:
        self._link.call(self._ref, "transaction_refused", sender, error.wire())


class NetworkAbove(_Above):
    def on_start(self, handler: int) -> None:
        self._layer.start(_Events(self._link, handler))

    def on_dial(self, to: str, done: int) -> None:
        self._layer.dial(to, lambda conn, error: self._link.call(done, "run", conn, error and error.wire()))

    def on_send(self, conn: int, payload: str) -> None:
        self._layer.send(conn, b64decode(payload))

    def on_close(self, conn: int) -> None:
        self._layer.close(conn)


class _Watched(_Above):
    def on_start(self, watcher: int) -> None:
        self._layer.start(_Events(self._link, watcher) if watcher else None)


class MessagingAbove(_Watched):
    def on_handle(self, kind: str, handler: int) -> None:
        self._layer.register_handler(kind, self._handler(handler))

    def on_send(self, to: Any, kind: str, payload: str) -> None:
        self._layer.send_message(to, kind, b64decode(payload))

    def on_request(self, to: Any, kind: str, payload: str, done: int) -> None:
        self._layer.request(to, kind, b64decode(payload), self._done(done))


class P2PAbove(MessagingAbove):
    def on_peers(self) -> list[str]:
        return self._layer.peers()

    def on_broadcast(self, kind: str, payload: str, excluding: list[str]) -> None:
        self._layer.broadcast_message(kind, b64decode(payload), tuple(excluding))


class GossipAbove(_Watched):
    def on_handle(self, kind: str, handler: int) -> None:
        self._layer.register_handler(
            kind, lambda sender, payload: self._link.call(handler, "run", sender, text_of(payload)))

    def on_broadcast(self, kind: str, payload: str) -> None:
        self._layer.broadcast(kind, b64decode(payload))


class MempoolAbove(_Watched):
    def on_announce(self, text: str) -> None:
        self._layer.announce_transaction(Transaction.parse(text.encode()))

    def on_add(self, text: str) -> None:
        self._layer.add_transaction(Transaction.parse(text.encode()))

    def on_transactions(self) -> list[str]:
        return [tx.text() for tx in self._layer.get_transactions()]

    def on_evict(self, ids: list[str]) -> None:
        self._layer.evict_transaction(*ids)


class ChainAbove(_Above):
    def on_execute(self, state: int, number: str, block: str, text: str) -> None:
        s = below.State(self._link, state, number, block)
        self._layer.execute_transaction(s, Transaction.parse(text.encode()))
        s.flush()

    def on_apply(self, state: int, number: str, block: str, text: str) -> None:
        s = below.State(self._link, state, number, block)
        self._layer.apply_block(s, Block.parse(text.encode()))
        s.flush()

    def on_build(self, state: int, number: str, block: str, pool: int, coinbase: str) -> str:
        s = below.State(self._link, state, number, block)
        built = self._layer.build_block(s, below.Pool(self._link, pool), coinbase)
        s.flush()
        return built.text()
