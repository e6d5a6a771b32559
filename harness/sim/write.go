package sim

import (
	"unsafe"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// Deliver is network.Stream's.
func (s *stream) Deliver(to network.Receiver) {
	if s.state() == open {
		s.setReceiver(to)
	}
}

// Write is network.Stream's.
func (s *stream) Write(head, body []byte) {
	if s.state() != open || len(head)+len(body) == 0 {
		return
	}
	nd := s.nd
	var headSum uint64
	if len(head) > 0 {
		headSum = sum(head)
	}
	bodySum := nd.sumOfBody(body)
	nd.said += splitmix.Fold(s.key^uint64(nd.worker.now), headSum^uint64(s.sent), bodySum)
	if nd.net.watched {
		nd.traceBytes(TraceWrite, s, head, body)
		nd.watch(head, body, headSum, bodySum, wrote, s)
	}
	if nd.net.cfg.Fragment {
		s.sendSplit(head, body)
	} else {
		s.sendPiece(head, body)
	}
}

// sumOfBody is sum, but works only once for a body that is written to many streams in a row, unless somebody wants to
// know whether it was changed in between.
func (nd *node) sumOfBody(body []byte) uint64 {
	if nd.net.cfg.CheckPayloads {
		return sum(body)
	}
	w := &nd.worker.written
	if first := unsafe.SliceData(body); w.first != first || w.size != len(body) {
		*w = written{first, len(body), sum(body)}
	}
	return w.sum
}

// sendPiece sends the bytes on their way as one piece.
func (s *stream) sendPiece(head, body []byte) {
	stats := &s.nd.worker.stats
	stats.pieces++
	stats.bytes += uint64(len(head) + len(body))
	p := payloadOf(head, body)
	s.send(kindPiece, len(head)+len(body), 0, &p)
}

// send has something happen to the other end, after all that was sent before.
func (s *stream) send(kind uint64, size int, ref uint32, p *payload) {
	if s.nd.net.piped && s.collect(kind, size, ref, p) {
		return
	}
	s.post(kind, size, ref, p)
}

// post emits the event that something sent is.
func (s *stream) post(kind uint64, size int, ref uint32, p *payload) {
	nd := s.nd
	at := nd.worker.now
	if nd.net.uneven {
		var gone bool
		if at, gone = s.leaves(size); gone {
			return
		}
	}
	at = max(at+s.latency()+s.jitter(), s.last+1)
	s.last = at
	nd.emit(&event{at: at, order: s.out().order(kind), node: s.in.source(), slot: s.remote, ref: ref}, p)
}

// jitter draws how much longer than the latency the next event takes.
func (s *stream) jitter() int64 {
	s.sent++
	if s.nd.net.still {
		return 0
	}
	return s.nd.net.jitterOf(drawn(s.key^s.nd.salt(), uint64(s.sent)))
}

// Remote is network.Stream's.
func (s *stream) Remote() network.Addr {
	if s.toNowhere() {
		return s.peerAddr()
	}
	return s.nd.net.nodes[s.in.source()].identity()
}

// Key is network.Stream's: the far end's, if the network proves keys.
func (s *stream) Key() (network.PublicKey, bool) {
	if !s.nd.net.cfg.Keys || s.toNowhere() {
		return network.PublicKey{}, false
	}
	return identity{private: privateKey(s.nd.net.cfg.Seed, s.Remote())}.Key(), true
}

// Close is network.Stream's.
func (s *stream) Close() {
	if s.state() != open {
		return
	}
	s.nd.said += splitmix.Fold(s.key^uint64(s.nd.worker.now), uint64(s.sent), kindEnd)
	s.nd.trace(TraceClose, s, 0)
	s.send(kindEnd, 0, 0, nil)
	s.forget()
}

// reset tells the other end that this one is gone. What waits here is lost.
func (s *stream) reset() {
	nd := s.nd
	now := nd.worker.now
	until := nd.stalledUntil(s.in.source(), now)
	if s.lost() || until == now && s.Queued() == 0 {
		s.send(kindReset, 0, 0, nil)
		return
	}
	at := max(until+s.latency()-1, now+s.latency()) // before everything that waits
	nd.emit(&event{at: at, order: s.out().order(kindReset), node: s.in.source(), slot: s.remote}, nil)
}

// peerAddr is where the other end is.
func (s *stream) peerAddr() network.Addr {
	if s.toNowhere() {
		return s.rare().nowhere
	}
	return s.nd.net.nodes[s.in.source()].addr
}

// toNowhere says whether the stream is a dial to an address where no node is.
func (s *stream) toNowhere() bool {
	r := s.rare()
	return r != nil && r.nowhere != ""
}
