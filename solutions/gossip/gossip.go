// Package gossip is the reference implementation of layer 4. This file is the layer; seen.go is what
// it remembers.
package gossip

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// layer implements gossip.Gossip.
type layer struct {
	host  network.Host
	peers p2p.P2P
	cfg   gossip.Config
	seen  seen
	timer network.TimerID // the next sweep
}

// New makes the layer on peers.
func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
	return &layer{host: host, peers: peers, cfg: cfg, seen: seen{max: cfg.MaxSeen}}
}

// Start starts the peers below and sets the timer of the first sweep.
func (l *layer) Start(w p2p.Watcher) error {
	if err := l.peers.Start(w); err != nil {
		return err
	}
	l.timer = l.host.After(l.cfg.Sweep, l.sweep)
	return nil
}

// Handle registers the handler of a kind with the peers below, under gossip.KindPrefix.
func (l *layer) Handle(kind messaging.Kind, h gossip.Handler) error {
	kind = gossip.KindPrefix + kind
	return l.peers.Handle(kind, func(from network.Addr, wire []byte) (reply []byte, ok bool) {
		l.received(from, kind, wire, h)
		return nil, false
	})
}

// Broadcast sends the payload to everyone, under a new id (gossip.NewID, gossip.Encode; GSP-1). Our own
// handler does not run, though the message will come back (GSP-2). The kind on the wire has
// gossip.KindPrefix before it.
func (l *layer) Broadcast(kind messaging.Kind, payload []byte) error {
	//strata:begin gossip.1
	id := gossip.NewID(l.host.Rand())
	l.seen.add(id, l.host.Now())
	return l.peers.Broadcast(gossip.KindPrefix+kind, gossip.Encode(id, payload))
	//strata:end
}

// received handles one message of a peer; kind is that on the wire. A message without an id is ignored
// (gossip.Decode, GSP-5), and each id is handled once, whatever the handler does (GSP-3). If the handler
// says so, the same bytes go on to every peer but the one they came from (GSP-4); a failure to send is
// no concern of anybody's.
//
// The handler may broadcast, and the message may come back before it returns.
func (l *layer) received(from network.Addr, kind messaging.Kind, wire []byte, h gossip.Handler) {
	//strata:begin gossip.2
	id, payload, ok := gossip.Decode(wire)
	if !ok || !l.seen.add(id, l.host.Now()) {
		return
	}
	if !h(from, payload) {
		return
	}
	if err := l.peers.Broadcast(kind, wire, from); err != nil {
		l.host.Log().Debug("gossip not passed on", "kind", string(kind), "err", err)
	}
	//strata:end
}

// sweep forgets the ids that were seen SeenFor ago or earlier. The next sweep is Sweep from now, whether or
// not there was anything to forget (GSP-7).
func (l *layer) sweep() {
	//strata:begin gossip.3
	l.seen.forget(l.host.Now().Add(-l.cfg.SeenFor))
	l.timer = l.host.After(l.cfg.Sweep, l.sweep)
	//strata:end
}

// Stop leaves no timer (GSP-8) and stops the peers below.
func (l *layer) Stop() {
	//strata:begin gossip.3
	l.host.Cancel(l.timer)
	l.peers.Stop()
	//strata:end
}
