package gossiptest

import (
	"fmt"
	"strings"
	"time"

	"strata/network"
	"strata/scenario"
)

// layout: two nodes that are no peers broadcast the same payloads.
func (s suite) layout(w scenario.World) {
	b := s.bare(w, 0)
	for i := range 2 {
		n := s.node(w, i+1, setup{p2p: links(b.addr)})
		w.At(3*second/2, n.addr, "broadcasts", func() {
			for _, payload := range []string{"hello", "hello", ""} {
				scenario.Expect(w, "GSP-2", n.gossip.Broadcast(kind, []byte(payload)))
			}
		})
	}
	w.At(5*second/2, b.addr, "looks at the bytes", func() {
		ids := map[string]bool{}
		var payloads []string
		for _, m := range b.got {
			if len(m) < 16 {
				w.Fail("GSP-1", "expected 16 bytes of id before the payload, got %q", m)
				return
			}
			ids[m[:16]] = true
			payloads = append(payloads, m[16:])
		}
		scenario.Expect(w, "GSP-1", scenario.Same("the payloads behind the ids to be", payloads, []string{"", "", "hello", "hello", "hello", "hello"}))
		if len(ids) != 6 || ids[strings.Repeat("\x00", 16)] {
			w.Fail("GSP-1", "expected 6 different ids, got %d", len(ids))
		}
	})
}

// star is a graded node with bare peers that dial it, from the second address on.
func (s suite) star(w scenario.World, peers int, cfg setup) (*node, []*bare) {
	cfg.p2p = links()
	n := s.node(w, 0, cfg)
	var around []*bare
	for i := range peers {
		around = append(around, s.bare(w, i+1, n.addr))
	}
	return n, around
}

func (s suite) broadcast(w scenario.World) {
	n, around := s.star(w, 4, setup{})
	w.At(3*second/2, n.addr, "broadcasts", func() { scenario.Expect(w, "GSP-2", n.gossip.Broadcast(kind, []byte("news"))) })
	w.At(5*second/2, n.addr, "looks at what was received", func() {
		for _, b := range around {
			if len(b.got) != 1 {
				w.Fail("GSP-2", "expected one message at each of 4 peers, got %d at %s", len(b.got), b.addr)
			}
		}
		if len(n.heard) > 0 {
			w.Fail("GSP-2", "expected the sender's own handler not to run, got it run")
		}
	})
}

func (s suite) echo(w scenario.World) {
	n, around := s.star(w, 3, setup{})
	for _, b := range around {
		b.onGot = func(from network.Addr, payload []byte) { b.send(w, from, string(payload)) }
	}
	w.At(3*second/2, n.addr, "broadcasts", func() { scenario.Expect(w, "GSP-2", n.gossip.Broadcast(kind, []byte("news"))) })
	w.At(14*second/5, n.addr, "looks at what it heard", func() {
		if len(n.heard) > 0 {
			w.Fail("GSP-2", "expected one's own message not to be handled when it comes back, got it handled %d times", len(n.heard))
		}
		for _, b := range around {
			if len(b.got) != 1 {
				w.Fail("GSP-3", "expected one's own message once at each peer, and not passed on when it comes back, got it %d times at %s", len(b.got), b.addr)
			}
		}
	})
}

func (s suite) once(w scenario.World) {
	n, around := s.star(w, 3, setup{})
	pass := w.Rand().IntN(2) == 0
	n.onHeard = func(heard) bool { return pass }
	for i, b := range around {
		w.At(3*second/2+time.Duration(i)*second/2, b.addr, "sends the message, twice", func() {
			b.send(w, n.addr, id(1)+"news")
			b.send(w, n.addr, id(1)+"news")
		})
	}
	w.At(2*second, around[0].addr, "sends the payload with another id", func() { b := around[0]; b.send(w, n.addr, id(2)+"news") })
	w.At(7*second/2, n.addr, "looks at what it heard", func() {
		if got := n.times("news"); got != 2 {
			w.Fail("GSP-3", "expected the handler to run once for each of 2 ids, got %d times", got)
		}
		for i, b := range around {
			want := 2
			if !pass {
				want = 0
			} else if i == 0 {
				want = 0
			}
			switch {
			case i == 0 && len(b.got) > 0:
				w.Fail("GSP-4", "expected nothing to go back to %s, where both messages came from first, got %d messages", b.addr, len(b.got))
			case pass && len(b.got) > want:
				w.Fail("GSP-3", "expected %d messages at %s, got %d", want, b.addr, len(b.got))
			case len(b.got) != want:
				w.Fail("GSP-4", "expected %d messages at %s, got %d", want, b.addr, len(b.got))
			}
		}
	})
}

// withinHandler: while the handler runs the message comes again, as it would from a peer that is
// faster than the handler; and the handler broadcasts.
func (s suite) withinHandler(w scenario.World) {
	n, around := s.star(w, 2, setup{})
	within := w.Sometimes("a message came again while its handler ran")
	depth := 0
	n.onHeard = func(heard) bool {
		if depth++; depth > 5 {
			return false
		}
		if again := n.peers.handlers[onWire]; again != nil {
			again(around[1].addr, []byte(id(1)+"news"))
			within(true)
		}
		scenario.Expect(w, "GSP-2", n.gossip.Broadcast(kind, []byte("reaction")))
		return true
	}
	w.At(3*second/2, around[0].addr, "sends", func() { around[0].send(w, n.addr, id(1)+"news") })
	w.At(5*second/2, n.addr, "looks at what it heard", func() {
		if got := n.times("news"); got != 1 {
			w.Fail("GSP-3", "expected the handler to run once although the message comes again meanwhile, got %d times", got)
		}
		scenario.Expect(w, "GSP-4", scenario.Same("the peer that sent it to get", around[0].payloads(), []string{"reaction"}))
		scenario.Expect(w, "GSP-4", scenario.Same("the other peer to get", around[1].payloads(), []string{"reaction", "news"}))
	})
}

// payloads lists what a bare peer got, without the ids.
func (b *bare) payloads() []string {
	var texts []string
	for _, m := range b.got {
		texts = append(texts, m[min(len(m), 16):])
	}
	return texts
}

func (s suite) passOn(w scenario.World) {
	n, around := s.star(w, 4, setup{})
	n.onHeard = func(h heard) bool { return strings.HasPrefix(h.payload, "good") }
	author := around[w.Rand().IntN(4)]
	w.At(3*second/2, author.addr, "sends", func() {
		author.send(w, n.addr, id(1)+"good news")
		author.send(w, n.addr, id(2)+"bad news")
	})
	w.At(3*second, n.addr, "looks at what was received", func() {
		scenario.Expect(w, "GSP-4", n.hears("good news", "bad news"))
		if len(n.heard) > 0 && n.heard[0].from != author.addr {
			w.Fail("GSP-4", "expected the handler to get the peer that passed the message on, %s, got %s", author.addr, n.heard[0].from)
		}
		for _, b := range around {
			var want []string
			if b != author {
				want = []string{id(1) + "good news"}
			}
			scenario.Expect(w, "GSP-4", scenario.Same("the bytes at "+string(b.addr)+" to be", b.got, want))
		}
	})
}

func (s suite) short(w scenario.World) {
	n, around := s.star(w, 2, setup{})
	author, other := around[0], around[1]
	w.At(3*second/2, author.addr, "sends", func() {
		for size := range 16 {
			author.send(w, n.addr, id(1)[:size])
		}
		author.send(w, n.addr, id(1))
	})
	w.At(5*second/2, n.addr, "looks at what it heard", func() {
		if len(n.heard) != 1 || n.heard[0].payload != "" {
			w.Fail("GSP-5", "expected 0 to 15 bytes to be ignored and 16 to be an empty message, got %d messages handled", len(n.heard))
		}
		scenario.Expect(w, "GSP-5", scenario.Same("the other peer to get", other.got, []string{id(1)}))
		if n.peers.received != 17 {
			w.Fail("GSP-5", "expected the connection to live on, got %d of 17 messages", n.peers.received)
		}
	})
}

// forget: the message comes at 1 s, at 4 min when it is known, and at 7 min when it is not: had the
// second one counted anew, it would be known until 9 min.
func (s suite) forget(w scenario.World) {
	n, around := s.star(w, 1, setup{})
	b := around[0]
	for i, t := range []time.Duration{2 * second, 4 * time.Minute, 7 * time.Minute, 7*time.Minute + second} {
		w.At(t, b.addr, "sends the message", func() { b.send(w, n.addr, id(1)+"news") })
		want := []int{1, 1, 2, 2}[i]
		w.At(t+second/2, n.addr, "looks at what it heard", func() {
			if got := n.times("news"); got != want {
				w.Fail("GSP-7", "expected the id to be remembered for 5 to 6 minutes, and so %d messages to be handled at %v, got %d", want, t, got)
			}
		})
	}
}

// swept sends a copy of a message just before a sweep forgets its id. The copy may be handled or not, and
// then no other one is.
func (s suite) swept(w scenario.World) {
	n, around := s.star(w, 1, setup{})
	b := around[0]
	underWay := w.Sometimes("the seen ids were swept while a copy was under way")
	const sweep = 6 * time.Minute
	before, copies := 0, 0
	for _, t := range []time.Duration{2 * second, sweep - second/20, sweep + second} {
		w.At(t, b.addr, "sends the message", func() { b.send(w, n.addr, id(1)+"rumour") })
	}
	w.At(sweep, n.addr, "counts what has come", func() { before, copies = n.peers.received, n.times("rumour") })
	w.At(sweep+second/2, n.addr, "counts again", func() { underWay(n.peers.received > before && copies == 1) })
	w.At(sweep+3*second/2, n.addr, "looks at what it heard", func() {
		if got := n.times("rumour"); got > 2 {
			w.Fail("GSP-7", "expected an id that came at 2 s, and twice about 6 min, to be handled once or twice, got %d times", got)
		}
	})
}

// maxSeen: room for four ids. After five the first is forgotten, and the others are not.
func (s suite) maxSeen(w scenario.World) {
	cfg := setup{}
	cfg.gossip.MaxSeen = 4
	n, around := s.star(w, 1, cfg)
	b := around[0]
	again := w.Sometimes("an id that had made room came again and pushed out another")
	n.onHeard = func(h heard) bool {
		again(n.times("0: 1") == 1 && h.payload == "10: 1")
		return true
	}
	script := []struct {
		id    int
		fresh bool
	}{{1, true}, {2, true}, {3, true}, {4, true}, {1, false}, {5, true}, {2, false}, {3, false}, {4, false}, {5, false},
		{1, true}, {3, false}, {1, false}, {2, true}}
	w.At(3*second/2, b.addr, "sends", func() {
		for i, step := range script {
			b.send(w, n.addr, id(step.id)+fmt.Sprintf("%d: %d", i, step.id))
		}
	})
	w.At(7*second/2, n.addr, "looks at what it heard", func() {
		var want []string
		for i, step := range script {
			if step.fresh {
				want = append(want, fmt.Sprintf("%d: %d", i, step.id))
			}
		}
		scenario.Expect(w, "GSP-7", n.hears(want...))
	})
}

func (s suite) stop(w scenario.World) {
	n, around := s.star(w, 2, setup{})
	w.At(3*second/2, around[0].addr, "sends", func() { around[0].send(w, n.addr, id(1)+"news") })
	w.At(2*second, n.addr, "stops", func() {
		n.gossip.Stop()
		n.gossip.Stop()
	})
	w.At(14*second/5, n.addr, "looks at what is left", func() {
		if got := w.Usage(n.addr); got != (scenario.Usage{}) {
			w.Fail("GSP-8", "expected no timer and nothing else to be left after Stop, got %v", got)
		}
	})
}
