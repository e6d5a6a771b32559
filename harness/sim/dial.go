package sim

import (
	"strata/harness/sim/splitmix"
	"strata/network"
)

// Dial is network.Host's. It takes the link's latency there and back.
func (h *host) Dial(to network.Addr, done func(network.Stream, error)) {
	nd := h.nd
	if nd.host != h {
		return
	}
	nd.worker.stats.dials++
	if err := to.Validate(); err != nil {
		h.After(0, func() { done(nil, err) })
		return
	}
	peer := nd.net.byAddr[to]
	if peer == nil {
		nd.dialNowhere(to, done)
		return
	}
	peer = nd.oneOf(peer)
	number := nd.number(uint32(peer.index))
	s := nd.newStream(direction(peer.index, true, number), dialDone(done), dialing, peer.key)
	nd.said += splitmix.Fold(s.key^uint64(nd.worker.now), uint64(s.sent), kindOpen)
	nd.trace(TraceDial, s, 0)
	if nd.blocked(peer.index) {
		nd.refuseLater(s)
		return
	}
	s.send(kindOpen, 0, s.slot(), nil)
}

// dialNowhere dials an address where no node is: the refusal takes as long as from a node there.
func (nd *node) dialNowhere(to network.Addr, done func(network.Stream, error)) {
	key := splitmix.Key(nd.net.cfg.Seed, purposeNode, sum([]byte(to)))
	nowhere := int32(key & (maxNodes - 1)) // stands for its index in the order of events
	number := nd.number(uint32(nowhere) | maxNodes)
	s := nd.newStream(direction(nowhere, true, number), dialDone(done), dialing, key)
	s.ensureRare().nowhere = to
	nd.said += splitmix.Fold(s.key^uint64(nd.worker.now), uint64(s.sent), kindOpen)
	nd.trace(TraceDial, s, 0)
	nd.refuseLater(s)
}

// refuseLater answers a dial of this node's own that cannot leave it.
func (nd *node) refuseLater(s *stream) {
	at := nd.worker.now + 2*s.latency() + s.jitter() + s.jitter()
	nd.emit(&event{at: at, order: s.in.order(kindRefused), node: nd.index, slot: s.slot()}, nil)
}

// latency is the base latency of the link between two nodes, the same both ways.
func (n *Net) latency(a, b uint64) int64 {
	span := uint64(n.cfg.MaxLatency - n.cfg.MinLatency)
	return int64(n.cfg.MinLatency) + int64(below(splitmix.Key(purposeLatency, min(a, b), max(a, b)), span+1))
}

// opened handles a dial that arrives: it is accepted if the node listens, else refused.
func (nd *node) opened(e *event) bool {
	from := e.ident()
	peer := nd.net.nodes[from.source()]
	if nd.blocked(peer.index) {
		return false // the dialling end has failed already
	}
	answer := direction(nd.index, true, from.number())
	if nd.host == nil || nd.host.listening == nil {
		nd.answer(answer.order(kindRefused), peer, e.ref)
		return false
	}
	s := nd.newStream(from, nil, open, peer.key)
	s.remote = e.ref
	if peer.second || nd.second {
		nd.worker.stats.twins++
	}
	nd.fold(e.order, 0)
	nd.trace(TraceAccept, s, 0)
	s.send(kindAccepted, 0, s.slot(), nil)
	nd.host.listening.accept(s)
	nd.settle()
	return true
}

// answer sends an event to a peer with whom there is no connection (any longer).
func (nd *node) answer(order uint64, peer *node, slot uint32) {
	at := nd.heldUntil(peer.index, nd.worker.now) + nd.linkLatency(peer.index, peer.key)
	at += nd.net.jitterOf(splitmix.Key(purposeLink, nd.key^nd.salt(), peer.key, order))
	nd.emit(&event{at: at, order: order, node: peer.index, slot: slot}, nil)
}

// accepted handles the good end of a dial.
func (nd *node) accepted(s *stream, e *event) bool {
	s.remote = e.ref
	s.setState(open)
	nd.dialing--
	nd.open++
	done := s.receiver().(dialDone)
	s.setReceiver(nil)
	nd.fold(e.order, 0)
	nd.trace(TraceConnect, s, 0)
	done(s, nil)
	nd.settle()
	return true
}
