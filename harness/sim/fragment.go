package sim

import "strata/harness/sim/splitmix"

// maxCuts is into how many pieces, at most, one Write is cut: enough to meet every state of a
// parser, few enough for a megabyte.
const maxCuts = 16

// maxJoins is how many pieces, at most, are joined to one that is held back.
const maxJoins = 12

// sendSplit sends the bytes on their way in one or more pieces: whole, in two, in several, or the
// first of them one by one.
func (s *stream) sendSplit(head, body []byte) {
	key := splitmix.Key(purposeFragment, s.key^s.nd.salt(), uint64(s.sent))
	rest := len(head) + len(body)
	way := below(drawn(key, 0), 4)
	for n := uint64(1); rest > 0; n++ {
		size := rest
		switch {
		case n == maxCuts || way == 0:
		case way == 1 && n == 1:
			size = 1 + int(below(drawn(key, n), uint64(rest)))
		case way == 2:
			size = 1 + int(below(drawn(key, n), uint64(1+rest/2)))
		case way == 3:
			size = 1
		}
		if n > 1 {
			s.nd.worker.stats.split++
		}
		inHead := min(size, len(head))
		inBody := size - inHead
		s.sendPiece(head[:inHead:inHead], body[:inBody:inBody])
		head, body = head[inHead:], body[inBody:]
		rest -= size
	}
}

// join decides what becomes of a piece that arrives. It says true if the piece is held back: the
// next ones are then joined to it. Otherwise the two parts of p may have become one.
func (nd *node) join(s *stream, p *payload) bool {
	r := s.ensureRare()
	r.got++
	if r.held != nil {
		nd.worker.stats.joined++
		r.held = append(r.held, p.joined()...)
		if r.room--; r.room > 0 {
			return true
		}
		*p = payloadOf(r.held, nil)
		r.held = nil
		return false
	}
	peer := nd.net.nodes[s.in.source()]
	key := splitmix.Key(purposeJoin, nd.key^nd.salt(), peer.key, uint64(s.in.order(kindFlush)&(1<<38-1)), uint64(r.got))
	switch below(drawn(key, 0), 4) {
	case 0:
		r.held = p.joined()
		r.room = 1 + int(below(drawn(key, 3), maxJoins))
		// Of any order of magnitude, for the next piece may come a nanosecond later or never.
		longest := uint64(1) << below(drawn(key, 2), uint64(log2(int64(nd.net.cfg.MinLatency))+1))
		at := nd.worker.now + 1 + int64(below(drawn(key, 1), longest))
		nd.emit(&event{at: at, order: s.in.order(kindFlush), node: nd.index, slot: s.slot()}, nil)
		return true
	case 1:
		if p.headSize > 0 && p.bodySize > 0 {
			*p = payloadOf(p.joined(), nil)
			nd.worker.stats.joined++
		}
	}
	return false
}

// flush hands over what was held back.
func (nd *node) flush(s *stream) bool {
	r := s.rare()
	if r == nil || r.held == nil {
		return false
	}
	held := r.held
	r.held = nil
	nd.fold(s.in.order(kindFlush), len(held))
	nd.traceBytes(TraceReceive, s, nil, held)
	nd.watch(held, nil, sum(held), 0, received, s)
	s.to.Receive(held)
	nd.settle()
	return true
}
