package boundary

import (
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// p2pBelow is a layer 3 of this side.
type p2pBelow struct{ p2p.P2P }

func (o p2pBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		return nil, o.Start(l.peerWatcher(a.ref(0)))
	case callHandle:
		handle := a.ref(1)
		return nil, o.Handle(a.kind(0), func(from network.Addr, payload []byte) ([]byte, bool) {
			return l.reply(handle, from, payload)
		})
	case callPeers:
		return list(o.Peers()), nil
	case callSend:
		return nil, o.Send(a.addr(0), a.kind(1), a.bytes(2))
	case callRequest:
		o.Request(a.addr(0), a.kind(1), a.bytes(2), l.done(a.ref(3)))
		return nil, nil
	case callBroadcast:
		var except []network.Addr
		if len(a.values) > 2 { // an author of a kit may leave out the excepted ones
			a.read(2, &except)
		}
		return nil, o.Broadcast(a.kind(0), a.bytes(1), except...)
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "p2p", method)
}

// peerWatcher is an object of the process; nil for 0.
func (l *Link) peerWatcher(ref int) p2p.Watcher {
	if ref == 0 {
		return nil
	}
	return peerWatcher{l, ref}
}

type peerWatcher struct {
	link *Link
	ref  int
}

func (w peerWatcher) PeerArrived(peer network.Addr) {
	w.link.do(callPeerArrived, w.ref, peer)
}

func (w peerWatcher) PeerLost(peer network.Addr) { w.link.do(callPeerLost, w.ref, peer) }

// peersWatched is whoever watches the peers of a layer of the process.
type peersWatched struct{ p2p.Watcher }

// exportWatcher is the number of a watcher; 0 for nil.
func (l *Link) exportWatcher(w p2p.Watcher) int {
	if w == nil {
		return 0
	}
	return l.export(peersWatched{w})
}

func (o peersWatched) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callPeerArrived:
		o.PeerArrived(a.addr(0))
	case callPeerLost:
		o.PeerLost(a.addr(0))
	default:
		return unknown(l, "watcher of peers", method)
	}
	return nil, nil
}

// theirP2P is a layer 3 of the process.
type theirP2P struct{ far }

func (p theirP2P) Start(w p2p.Watcher) error {
	return p.link.call(nil, callStart, p.ref, p.link.exportWatcher(w))
}

func (p theirP2P) Handle(kind messaging.Kind, h p2p.Handler) error {
	return p.link.call(nil, callHandle, p.ref, text(kind), exportHandler(p.link, func(a arguments) ([]byte, bool) {
		return h(a.addr(0), a.bytes(1))
	}))
}

func (p theirP2P) Peers() (peers []network.Addr) {
	p.link.ask(&peers, callPeers, p.ref)
	return peers
}

func (p theirP2P) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	return p.link.call(nil, callSend, p.ref, to, text(kind), payload)
}

func (p theirP2P) Request(to network.Addr, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	p.link.do(callRequest, p.ref, to, text(kind), payload, p.link.exportDone(done))
}

func (p theirP2P) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	return p.link.call(nil, callBroadcast, p.ref, text(kind), payload, list(except))
}

func (p theirP2P) Stop() { p.link.do(callStop, p.ref) }
