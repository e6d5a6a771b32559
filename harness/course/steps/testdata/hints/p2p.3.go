package p2p

import (
	"errors"
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

func (l *layer) askedForPeers(from network.ConnID, _ []byte) (reply []byte, ok bool) {
	return p2p.JoinPeers(l.others(l.conns[from].addr)), true
}

func (l *layer) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	if l.peers[to] == nil {
		return p2p.ErrNotPeer
	}
	return l.msg.Send(l.peers[to].conn.id, kind, payload)
}

func (l *layer) Request(to network.Addr, kind messaging.Kind, payload []byte, done func(reply []byte, err error)) {
	if l.peers[to] == nil {
		done(nil, p2p.ErrNotPeer)
		return
	}
	l.msg.Request(l.peers[to].conn.id, kind, payload, done)
}

func (l *layer) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	if err := kind.Validate(); err != nil {
		return err
	}
	var kept error
	for _, p := range l.sorted {
		if p.conn == nil || slices.Contains(except, p.addr) {
			continue
		}
		err := l.Send(p.addr, kind, payload)
		if errors.Is(err, messaging.ErrBadKind) || errors.Is(err, network.ErrFrameTooBig) {
			kept = err
		}
	}
	return kept
}
