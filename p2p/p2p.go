package p2p

import (
	"strata/messaging"
	"strata/network"
)

// The kinds of this layer's requests.
const (
	KindHello    messaging.Kind = "p2p:hello"     // P2P-1, P2P-2
	KindGetPeers messaging.Kind = "p2p:get_peers" // P2P-9
)

// P2P is layer 3: it finds peers, keeps enough and not too many of them, and talks to them by
// their listening address. Under it a peer may change connections; above it nobody notices.
//
// All methods are called on the node's loop. Payloads are handed over as in messaging.
type P2P interface {
	// Start starts messaging below, dials the bootstrap nodes and keeps the peers up from now
	// on. w may be nil. Errors: those of messaging.Messaging.Start.
	Start(w Watcher) error

	// Handle registers the handler of a kind; it sees messages of listed peers only (P2P-11).
	// Errors: messaging.ErrBadKind, messaging.ErrDuplicateKind.
	Handle(kind messaging.Kind, h Handler) error

	// Peers lists the peers in ascending order. The slice is the caller's.
	Peers() []network.Addr

	// Send sends a regular message to one peer. Errors: ErrNotPeer, and those of
	// messaging.Messaging.Send.
	Send(to network.Addr, kind messaging.Kind, payload []byte) error

	// Request sends a request to one peer and calls done exactly once, as
	// messaging.Messaging.Request does; with ErrNotPeer, at once, if it is not listed.
	Request(to network.Addr, kind messaging.Kind, payload []byte, done func(reply []byte, err error))

	// Broadcast sends a regular message to every peer but the excepted ones; a peer that is
	// closed or slow does not keep it from the rest (P2P-12). It fails only for what nobody can
	// be sent: messaging.ErrBadKind, network.ErrFrameTooBig.
	Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error

	// Stop disconnects all peers, each with its PeerLost, and stops messaging. Nothing is
	// dialled afterwards (P2P-15). Stopping twice does nothing.
	Stop()
}

// Handler handles one kind of message from listed peers. It answers as messaging.Handler does.
type Handler func(from network.Addr, payload []byte) (reply []byte, ok bool)

// Watcher is told of each peer once when it is listed and once when it is lost (P2P-10).
type Watcher interface {
	PeerArrived(peer network.Addr)
	PeerLost(peer network.Addr)
}

// New makes the layer on a messaging layer that has not been started and the network below it,
// which it dials and closes connections with. It has no effect on the world before Start. The
// config is complete.
type New func(host network.Host, net network.Network, msg messaging.Messaging, cfg Config) P2P

// Stack names the implementation of this layer and of those below.
type Stack struct {
	messaging.Stack
	NewP2P New
}
