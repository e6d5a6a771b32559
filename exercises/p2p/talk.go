// This file is yours to edit. docs/3-p2p.md is the chapter; `make reset LAYER=p2p` gives a fresh copy.

package p2p

import (
	"strata/messaging"
	"strata/network"
)

// Peers lists the peers in ascending order.
func (l *layer) Peers() []network.Addr {
	addrs := make([]network.Addr, len(l.sorted))
	for i, p := range l.sorted {
		addrs[i] = p.addr
	}
	return addrs
}

// askedForPeers answers p2p.KindGetPeers with the peer list for the asker (others, p2p.JoinPeers). It
// does not matter whether the asker is a peer (P2P-9).
func (l *layer) askedForPeers(from network.ConnID, _ []byte) (reply []byte, ok bool) {
	panic(network.NotWritten("p2p.3")) // 1 line in our solution
}

// Send sends a regular message on the peer's connection. Errors: p2p.ErrNotPeer, and those of
// messaging.Send.
func (l *layer) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	panic(network.NotWritten("p2p.3")) // 5 lines in our solution
}

// Request sends a request on the peer's connection, or calls done with p2p.ErrNotPeer.
func (l *layer) Request(to network.Addr, kind messaging.Kind, payload []byte, done func(reply []byte, err error)) {
	panic(network.NotWritten("p2p.3")) // 6 lines in our solution
}

// Broadcast sends the payload to every peer but the excepted ones, in ascending order. An error that is one
// peer's own affair keeps nothing from the others (P2P-12). A bad kind (Kind.Validate), and
// network.ErrFrameTooBig, are returned: nobody can be sent those.
//
// Sending may lose a peer, at once: Disconnected runs before Send returns, and the watcher may do anything.
func (l *layer) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	panic(network.NotWritten("p2p.3")) // 12 lines in our solution
}
