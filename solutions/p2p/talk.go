package p2p

import (
	"errors"
	"fmt"
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
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
	//strata:begin p2p.3
	return p2p.JoinPeers(l.others(l.conns[from].addr)), true
	//strata:end
}

// Send sends a regular message on the peer's connection. Errors: p2p.ErrNotPeer, and those of
// messaging.Send.
func (l *layer) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	//strata:begin p2p.3
	p := l.peers[to]
	if p == nil {
		return fmt.Errorf("p2p: %s: %w", to, p2p.ErrNotPeer)
	}
	return l.msg.Send(p.conn.id, kind, payload)
	//strata:end
}

// Request sends a request on the peer's connection, or calls done with p2p.ErrNotPeer.
func (l *layer) Request(to network.Addr, kind messaging.Kind, payload []byte, done func(reply []byte, err error)) {
	//strata:begin p2p.3
	p := l.peers[to]
	if p == nil {
		done(nil, fmt.Errorf("p2p: %s: %w", to, p2p.ErrNotPeer))
		return
	}
	l.msg.Request(p.conn.id, kind, payload, done)
	//strata:end
}

// Broadcast sends the payload to every peer but the excepted ones, in ascending order. An error that is one
// peer's own affair keeps nothing from the others (P2P-12). A bad kind (Kind.Validate), and
// network.ErrFrameTooBig, are returned: nobody can be sent those.
//
// Sending may lose a peer, at once: Disconnected runs before Send returns, and the watcher may do anything.
func (l *layer) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	//strata:begin p2p.3
	if err := kind.Validate(); err != nil {
		return err
	}
	for _, p := range l.sorted {
		if p.conn == nil || slices.Contains(except, p.addr) {
			continue
		}
		if err := l.msg.Send(p.conn.id, kind, payload); errors.Is(err, network.ErrFrameTooBig) {
			return err
		}
	}
	return nil
	//strata:end
}
