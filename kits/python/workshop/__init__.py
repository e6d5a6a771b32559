"""The six layers, as one who knows the rules writes them. docs/protocol.md has the rules by their ids."""

from . import chain, gossip, mempool, messaging, network, p2p

__all__ = ["chain", "gossip", "mempool", "messaging", "network", "p2p"]
