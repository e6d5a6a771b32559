package sim

import (
	"math/bits"
	"slices"

	"strata/network"
)

// A second and a million: what slow links and skewed clocks are counted by.
const (
	million   = 1_000_000
	perSecond = 1_000_000_000
)

// scaled is n * times / over, rounded up.
func scaled(n, times, over int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(times))
	lo, carry := bits.Add64(lo, uint64(over-1), 0)
	quotient, _ := bits.Div64(min(hi+carry, uint64(over-1)), lo, uint64(over))
	return int64(min(quotient, uint64(maxDelay)))
}

// heldUntil says when an event that is not of a stream, and that the node sends to the peer at t,
// arrives but for the link's latency: stalls, cuts and delays hold it back.
func (nd *node) heldUntil(peer int32, t int64) int64 {
	if !nd.net.uneven {
		return t
	}
	t = nd.stalledUntil(peer, t)
	if f := nd.cutOff(peer, t); f != nil {
		nd.fire(f)
		t = f.until
	}
	return t + nd.delayed(peer, t)
}

// stalledUntil says when what the node sends to the peer at t leaves it: at t, or when the last of
// the stalls that follow one another is over.
func (nd *node) stalledUntil(peer int32, t int64) int64 {
	for again := true; again; {
		again = false
		for f := range nd.net.stalls.during(t) {
			if f.from(nd.index, peer) {
				nd.fire(f)
				t, again = f.until, true
				break
			}
		}
	}
	return t
}

// cutOff is the cut that keeps what the node sends at t from the peer: of several the longest.
func (nd *node) cutOff(peer int32, t int64) (longest *fault) {
	for f := range nd.net.cuts.during(t) {
		if f.from(nd.index, peer) && (longest == nil || f.until > longest.until) {
			longest = f
		}
	}
	return longest
}

// delayed is how much longer what the node sends at t takes to the peer.
func (nd *node) delayed(peer int32, t int64) (by int64) {
	for f := range nd.net.delays.during(t) {
		if f.from(nd.index, peer) {
			nd.fire(f)
			by += f.by
		}
	}
	return by
}

// slowed is the slowest of the slow links from the node to the peer at t.
func (nd *node) slowed(peer int32, t int64) (slowest *fault) {
	for f := range nd.net.slows.during(t) {
		if f.from(nd.index, peer) && (slowest == nil || f.rate < slowest.rate) {
			slowest = f
		}
	}
	return slowest
}

// leaves says when something that is sent now leaves this node, the time that it is delayed on its
// way added; or that it is lost. Bytes that do not leave at once are counted as waiting.
func (s *stream) leaves(size int) (at int64, gone bool) {
	nd, peer := s.nd, s.in.source()
	now := nd.worker.now
	if r := s.rare(); r != nil && r.lostBy == 0 && r.until <= now {
		r.waiting, r.line, r.rate = 0, 0, 0
	}
	if s.lost() {
		s.rare().waiting += size
		return 0, true
	}
	if f := nd.cutOff(peer, now); f != nil {
		s.lose(f, size)
		return 0, true
	}
	at = s.upload(s.trickle(nd.stalledUntil(peer, now), size), size)
	if at > now {
		r := s.ensureRare()
		r.waiting += size
		r.until = at
	}
	return at + nd.delayed(peer, at), false
}

// line is the slow way from a node to a peer: it carries all connections of the two together. What is
// sent at one instant begins together, whoever sends it first, for a callback may send in any order; what
// is sent later comes after all of it.
type line struct {
	at    int64 // the last instant at which something was sent
	base  int64 // when that began to leave
	fresh int64 // how long it takes
	until int64 // then the link is fast again
}

// line is the node's to the peer.
func (nd *node) line(peer int32) *line {
	o := nd.ensureOdd()
	if o.lines[peer] == nil {
		if o.lines == nil {
			o.lines = make(map[int32]*line)
		}
		o.lines[peer] = &line{at: -1}
	}
	return o.lines[peer]
}

// trickle says when something that could leave at that time has left over a link that may be slow.
func (s *stream) trickle(at int64, size int) int64 {
	own := at
	if r := s.rare(); r != nil {
		own = max(at, r.line)
	}
	f := s.nd.slowed(s.in.source(), own)
	if f == nil || size == 0 {
		return own
	}
	s.nd.fire(f)
	l := s.nd.line(s.in.source())
	if l.at != s.nd.worker.now {
		*l = line{at: s.nd.worker.now, base: max(at, min(l.base+l.fresh, l.until)), until: f.until}
	}
	takes := scaled(int64(size), perSecond, f.rate)
	l.fresh += takes
	r := s.ensureRare()
	r.rate, r.empty = f.rate, max(own, l.base)+takes
	r.line = min(r.empty, f.until)
	return r.line
}

// Queued is network.Stream's: bytes wait only while a Stall, a Slow link, a Cut or the node's uplink
// holds them back.
func (s *stream) Queued() int {
	r := s.rare()
	switch {
	case r == nil || r.lostBy == 0 && r.until <= s.nd.worker.now:
		return 0
	case r.lostBy == 0 && r.rate > 0:
		return min(r.waiting, int(scaled(r.empty-s.nd.worker.now, r.rate, perSecond)))
	}
	return r.waiting
}

// lost says whether what is sent here is lost.
func (s *stream) lost() bool {
	r := s.rare()
	return r != nil && r.lostBy != 0
}

// lose begins to lose what is sent here: a stream that has lost something delivers nothing more.
// When the cut is over the other end hears that this one is gone, however this one fares.
func (s *stream) lose(f *fault, size int) {
	s.nd.fire(f)
	r := s.ensureRare()
	r.lostBy = f.index + 1
	r.waiting += size
	if s.state() == open {
		s.last = max(f.until+s.latency(), s.last+1)
		s.nd.emit(&event{at: s.last, order: s.out().order(kindReset), node: s.in.source(), slot: s.remote}, nil)
	}
}

// mend ends what the cut has broken, now that it is over.
func (nd *node) mend(f *fault) bool {
	var broken []*stream
	for _, s := range nd.streams {
		if s != nil && s.lost() && s.rare().lostBy == f.index+1 {
			broken = append(broken, s)
		}
	}
	slices.SortFunc(broken, byIdent)
	called := false
	for _, s := range broken {
		switch s.state() {
		case open:
			called = nd.fail(s, kindReset, network.ErrReset) || called
		case dialing:
			called = nd.fail(s, kindRefused, network.ErrRefused) || called
		}
	}
	return called
}
