package gossip

import (
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// KindPrefix comes before the kind of every gossiped message on the wire.
const KindPrefix = "gossip:"

// Gossip is layer 4: a message that one node broadcasts reaches every node once.
//
// All methods are called on the node's loop. Payloads are handed over as in messaging.
type Gossip interface {
	// Start starts the peers below, and sweeps the seen ids from now on. w is passed down and
	// may be nil. Errors: those of p2p.P2P.Start.
	Start(w p2p.Watcher) error

	// Handle registers the handler of a kind. Errors: messaging.ErrBadKind (the kind with its
	// prefix counts), messaging.ErrDuplicateKind.
	Handle(kind messaging.Kind, h Handler) error

	// Broadcast sends a new message to everyone; this node's own handler does not run (GSP-2).
	// It fails only for what nobody can be sent: messaging.ErrBadKind, network.ErrFrameTooBig.
	Broadcast(kind messaging.Kind, payload []byte) error

	// Stop ends all timers (GSP-8) and stops the peers below. Stopping twice does nothing.
	Stop()
}

// Handler handles a gossiped message, at most once an id (GSP-3). from is the peer that passed
// it on, not its author. The message travels on from here if pass is true (GSP-4).
type Handler func(from network.Addr, payload []byte) (pass bool)

// New makes the layer on peers that have not been started. It has no effect on the world before
// Start. The config is complete.
type New func(host network.Host, peers p2p.P2P, cfg Config) Gossip

// Stack names the implementation of this layer and of those below.
type Stack struct {
	p2p.Stack
	NewGossip New
}
