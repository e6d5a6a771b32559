package gossip

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
)

func (l *layer) received(from network.Addr, kind messaging.Kind, wire []byte, h gossip.Handler) {
	if len(wire) < 16 {
		return
	}
	if !l.seen.add(gossip.MessageID(wire[:16]), l.host.Now()) { // seen: ignore; else it is marked now
		return
	}
	if h(from, wire[16:]) {
		_ = l.peers.Broadcast(kind, wire, from)
	}
}
