package boundary

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// gossipBelow is a layer 4 of this side.
type gossipBelow struct{ gossip.Gossip }

func (o gossipBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		return nil, o.Start(l.peerWatcher(a.ref(0)))
	case callHandle:
		handle := a.ref(1)
		return nil, o.Handle(a.kind(0), func(from network.Addr, payload []byte) (pass bool) {
			l.ask(&pass, callRun, handle, from, payload)
			return pass
		})
	case callBroadcast:
		return nil, o.Broadcast(a.kind(0), a.bytes(1))
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "gossip", method)
}

// theirGossip is a layer 4 of the process.
type theirGossip struct{ far }

func (g theirGossip) Start(w p2p.Watcher) error {
	return g.link.call(nil, callStart, g.ref, g.link.exportWatcher(w))
}

func (g theirGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	f := function(func(a arguments) any { return h(a.addr(0), a.bytes(1)) })
	return g.link.call(nil, callHandle, g.ref, text(kind), g.link.export(f))
}

func (g theirGossip) Broadcast(kind messaging.Kind, payload []byte) error {
	return g.link.call(nil, callBroadcast, g.ref, text(kind), payload)
}

func (g theirGossip) Stop() { g.link.do(callStop, g.ref) }
