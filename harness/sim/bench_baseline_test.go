package sim

import (
	"encoding/binary"
	"strata/harness/sim/splitmix"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// bare is the least program that floods messages through a graph in windows: flat arrays, one
// event type, nothing can fail. Its trace is folded like the simulator's.
type bare struct {
	first   []int32 // links of node i: first[i] to first[i+1]
	peer    []int32 // of each link
	back    []int32 // the other direction of each link
	base    []int64 // latency of each link
	last    []int64 // arrival of what was sent last
	sent    []uint32
	seen    [][]uint64
	trace   []uint64
	ring    [][]bareEvent
	sorted  []bareEvent
	starts  []int32
	current int64
	pushed  uint64
	batches int
}

type bareEvent struct {
	at      int64
	node    int32
	link    int32 // at the receiver, of the sender
	message []byte
}

const (
	bareBits = 24 // a window is 16.8 ms, as the simulator has it for 20 ms
	bareRing = 16
)

func newBare(nodes int) *bare {
	s := &bare{first: make([]int32, nodes+1), starts: make([]int32, nodes+1), trace: make([]uint64, nodes),
		ring: make([][]bareEvent, bareRing)}
	type edge struct{ peer, index int32 }
	edges := make([][]edge, nodes)
	dialled := s1Peers(nodes)
	for i := range dialled {
		for _, p := range dialled[i] {
			edges[i] = append(edges[i], edge{p, int32(len(edges[p]))})
			edges[p] = append(edges[p], edge{int32(i), int32(len(edges[i]) - 1)})
		}
	}
	for i := range edges {
		s.first[i+1] = s.first[i] + int32(len(edges[i]))
		s.seen = append(s.seen, make([]uint64, s1Batches*s1Floods/64))
	}
	for i := range edges {
		for _, e := range edges[i] {
			s.peer = append(s.peer, e.peer)
			s.back = append(s.back, s.first[e.peer]+e.index)
			span := uint64(DefaultMaxLatency - DefaultMinLatency)
			s.base = append(s.base, int64(DefaultMinLatency)+int64(below(splitmix.Key(uint64(min(int32(i), e.peer)),
				uint64(max(int32(i), e.peer))), span)))
		}
	}
	s.last = make([]int64, len(s.peer))
	s.sent = make([]uint32, len(s.peer))
	return s
}

func (s *bare) spread(node, from int32, message []byte, now int64) {
	id := binary.LittleEndian.Uint32(message)
	if s.seen[node][id/64]&(1<<(id%64)) != 0 {
		return
	}
	s.seen[node][id/64] |= 1 << (id % 64)
	for l := s.first[node]; l < s.first[node+1]; l++ {
		if l == from {
			continue
		}
		s.sent[l]++
		at := now + s.base[l] + int64(below(drawn(uint64(l), uint64(s.sent[l])), uint64(10*time.Millisecond)))
		at = max(at, s.last[l]+1)
		s.last[l] = at
		slot := at >> bareBits % bareRing
		s.ring[slot] = append(s.ring[slot], bareEvent{at, s.peer[l], s.back[l], message})
		s.pushed++
	}
}

func (s *bare) run(until int64) {
	for ; s.current <= until>>bareBits; s.current++ {
		slot := s.current % bareRing
		events := s.ring[slot]
		clear(s.starts)
		for i := range events {
			s.starts[events[i].node+1]++
		}
		for i := 1; i < len(s.starts); i++ {
			s.starts[i] += s.starts[i-1]
		}
		if cap(s.sorted) < len(events) {
			s.sorted = make([]bareEvent, 2*len(events))
		}
		sorted := s.sorted[:len(events)]
		for i := range events {
			place := &s.starts[events[i].node]
			sorted[*place] = events[i]
			*place++
		}
		s.ring[slot] = events[:0]
		from := int32(0)
		for node, to := range s.starts[:len(s.starts)-1] {
			mine := sorted[from:to]
			for i := 1; i < len(mine); i++ {
				e, k := mine[i], i
				for ; k > 0 && (e.at < mine[k-1].at || e.at == mine[k-1].at && e.link < mine[k-1].link); k-- {
					mine[k] = mine[k-1]
				}
				mine[k] = e
			}
			for i := range mine {
				e := &mine[i]
				s.trace[node] = splitmix.Fold(s.trace[node], uint64(e.at), uint64(e.link))
				s.spread(int32(node), e.link, e.message, e.at)
			}
			from = to
		}
	}
}

func (s *bare) batch() uint64 {
	if s.batches%s1Batches == 0 {
		for i := range s.seen {
			clear(s.seen[i])
		}
	}
	before, now := s.pushed, s.current<<bareBits
	for k := range s1Floods {
		message, at := s1Message(s.batches, k, s1Nodes)
		s.spread(int32(at), -1, message, now)
	}
	s.run(now + int64(s1Span))
	s.batches++
	return s.pushed - before
}

// bubble is how virtual time is had without a simulator: a goroutine and a channel for each node,
// and timers for the delays, under testing/synctest.
type bubble struct {
	peers [][]int32
}

type delivery struct {
	message []byte
	from    int32
}

func newBubble(nodes int) *bubble {
	g := &bubble{peers: make([][]int32, nodes)}
	for i, dialled := range s1Peers(nodes) {
		for _, p := range dialled {
			g.peers[i] = append(g.peers[i], p)
			g.peers[p] = append(g.peers[p], int32(i))
		}
	}
	return g
}

func (g *bubble) batch() (deliveries uint64) {
	body := func(t *testing.T) { synctest.Test(t, func(*testing.T) { deliveries = g.flood() }) }
	// The one way to a *testing.T from within a benchmark.
	everything := func(string, string) (bool, error) { return true, nil }
	testing.RunTests(everything, []testing.InternalTest{{Name: "bubble", F: body}})
	return deliveries
}

func (g *bubble) flood() uint64 {
	const messages = 4 // for it is slow
	var delivered atomic.Uint64
	inboxes := make([]chan delivery, len(g.peers))
	for i := range inboxes {
		inboxes[i] = make(chan delivery, messages*(len(g.peers[i])+1))
	}
	node := func(self int32) {
		seen := make(map[uint32]bool)
		for d := range inboxes[self] {
			delivered.Add(1)
			id := binary.LittleEndian.Uint32(d.message)
			if seen[id] {
				continue
			}
			seen[id] = true
			for k, p := range g.peers[self] {
				if p != d.from {
					delay := DefaultMinLatency +
						time.Duration(below(drawn(uint64(self), uint64(k)),
							uint64(DefaultMaxLatency-DefaultMinLatency)))
					time.AfterFunc(delay, func() { inboxes[p] <- delivery{d.message, self} })
				}
			}
		}
	}
	for i := range inboxes {
		go node(int32(i))
	}
	for k := range messages {
		message, at := s1Message(0, k, len(inboxes))
		inboxes[at] <- delivery{message, -1}
	}
	time.Sleep(s1Span)
	for i := range inboxes {
		close(inboxes[i])
	}
	return delivered.Load() - messages
}
