package p2ptest

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

func (s suite) getPeers(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	stranger, a, b := s.raw(w, 1), s.raw(w, 2), s.raw(w, 3)
	answers := 0
	ask := func(c *link, who string, want ...network.Addr) {
		c.request(p2p.KindGetPeers, nil, func(list []byte) {
			answers++
			scenario.Expect(w, "P2P-9", sameList("the answer to "+who, list, want...))
		})
	}
	w.At(0, stranger.Addr, "asks without a hello, while there are no peers", func() {
		stranger.dial(n.addr, func(c *link) { ask(c, "a stranger") })
	})
	for _, r := range []*raw{a, b} {
		w.At(second, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	}
	w.At(2*second, stranger.Addr, "asks without a hello", func() { ask(stranger.open[0], "a stranger", a.Addr, b.Addr) })
	w.At(2*second, a.Addr, "asks as a peer", func() { ask(a.open[0], "a peer", b.Addr) })
	w.At(2800*time.Millisecond, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-9", n.lists(a.Addr, b.Addr))
		if answers != 3 {
			w.Fail("P2P-9", "expected 3 answers, got %d", answers)
		}
	})
}

func (s suite) sendAndRequest(w scenario.World) {
	a := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	b := s.node(w, 1, setup{handle: true, p2p: p2p.Config{Bootstrap: []network.Addr{a.addr}, Interval: never}})
	a.onHeard = func(h heard) ([]byte, bool) {
		if h.payload == "asked for nothing" {
			return nil, false
		}
		return []byte("re " + h.payload), true
	}
	w.At(1200*time.Millisecond, b.addr, "sends and asks", func() {
		if err := b.p2p.Send(a.addr, kind, []byte("sent")); err != nil {
			w.Fail("P2P-12", "expected a message to a peer to be sent, got the error %v", err)
		}
		if err := b.p2p.Send(w.Addr(7), kind, nil); !scenario.Only(err, p2p.ErrNotPeer) {
			w.Fail("P2P-11", "expected ErrNotPeer for an address that is no peer's, got %v", err)
		}
	})
	asked := b.asks(w, "asked")
	w.At(1200*time.Millisecond, b.addr, "asks", func() { asked.of(a.addr) })
	lost := b.asks(w, "asked for nothing")
	w.At(1300*time.Millisecond, b.addr, "asks, and gets no answer", func() { lost.of(a.addr) })
	w.At(2500*time.Millisecond, a.addr, "closes", func() {
		for id := range a.net.incoming {
			a.net.Close(id)
		}
	})
	stranger := b.asks(w, "to a stranger")
	w.At(1200*time.Millisecond, b.addr, "asks an address that is no peer's", func() { stranger.of(w.Addr(7)) })
	w.At(3500*time.Millisecond, b.addr, "looks at what came back", func() {
		asked.ended(nil, "re asked")
		stranger.ended(p2p.ErrNotPeer, "")
		lost.ended(network.ErrClosed, "")
		scenario.Expect(w, "P2P-11", a.hears("sent", "asked", "asked for nothing"))
		for _, h := range a.heard {
			if h.from != b.addr {
				w.Fail("P2P-11", "expected the handler to get the listening address %s, got %s", b.addr, h.from)
			}
		}
	})
}

// question is one request of a node, and what came of it.
type question struct {
	n     *node
	w     scenario.World
	text  string
	times int
	reply string
	err   error
}

func (n *node) asks(w scenario.World, text string) *question {
	return &question{n: n, w: w, text: text}
}

func (q *question) of(peer network.Addr) {
	q.n.p2p.Request(peer, kind, []byte(q.text), func(reply []byte, err error) {
		q.times++
		q.reply, q.err = string(reply), err
	})
}

func (q *question) ended(err error, reply string) {
	if q.times != 1 || !scenario.Only(q.err, err, p2p.ErrNotPeer, messaging.ErrTimeout) || q.reply != reply {
		q.w.Fail("P2P-11", "expected the request %q to end once with %q, %v, got %d times, %q, %v",
			q.text, reply, err, q.times, q.reply, q.err)
	}
}

// broadcast: of five peers one is excepted, and one closes just before the second broadcast.
func (s suite) broadcast(w scenario.World) {
	n := s.node(w, 0, setup{network: network.Config{MaxFrame: 2000}, p2p: p2p.Config{Interval: never}})
	var raws []*raw
	for i := range 5 {
		r := s.raw(w, i+1)
		raws = append(raws, r)
		w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	}
	excepted, closing := raws[w.Rand().IntN(4)], raws[4]
	w.At(second, n.addr, "broadcasts, except to one", func() {
		scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, []byte("one"), excepted.Addr))
	})
	w.At(1900*time.Millisecond, n.addr, "broadcasts what cannot be sent", func() {
		if err := n.p2p.Broadcast("", []byte("bad")); !scenario.Only(err, messaging.ErrBadKind, p2p.ErrNotPeer) {
			w.Fail("P2P-12", "expected ErrBadKind for an empty kind, got %v", err)
		}
		if err := n.p2p.Broadcast(kind, make([]byte, 2000)); !scenario.Only(err, network.ErrFrameTooBig, p2p.ErrNotPeer, messaging.ErrBadKind) {
			w.Fail("P2P-12", "expected ErrFrameTooBig for a payload as long as the longest frame, got %v", err)
		}
	})
	w.At(2*second, closing.Addr, "closes", func() {
		for _, c := range closing.open {
			c.close()
		}
	})
	w.At(2*second, n.addr, "broadcasts", func() { scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, []byte("two"))) })
	w.At(2800*time.Millisecond, n.addr, "looks at what was received", func() {
		for _, r := range raws[:4] {
			want := []string{"one", "two"}
			if r == excepted {
				want = want[1:]
			}
			scenario.Expect(w, "P2P-12", r.got(want...))
		}
		scenario.Expect(w, "P2P-12", closing.got("one"))
	})
}

// got returns nil if these regular messages came to a raw peer, in this order, and nothing else
// of that kind.
func (r *raw) got(want ...string) error {
	var got []string
	for _, c := range slices.Concat(r.open, r.past) {
		for _, m := range c.messages {
			if m.Type == messaging.TypeRegular && messaging.Kind(m.Kind) == kind {
				got = append(got, string(m.Payload))
			}
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("expected the broadcasts %q to reach %s, got %q", want, r.Addr, got)
	}
	return nil
}

// broadcastSlow: two of five peers take nothing more. The first is dropped in the middle of a
// broadcast; the news of that drops the second, which is still to come in the same broadcast or was
// there already.
func (s suite) broadcastSlow(w scenario.World) {
	n := s.node(w, 0, setup{network: network.Config{MaxQueued: 2000}, p2p: p2p.Config{Interval: never}})
	news := make([]byte, 700)
	payload := append([]byte("again"), news...)
	nested := w.Sometimes("the news of a peer that was lost in a broadcast lost another one")
	depth := 0
	n.onLost = func(network.Addr) {
		depth++
		nested(depth > 1)
		scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, news))
		depth--
	}
	var raws []*raw
	for i := range 5 {
		r := s.raw(w, i+1)
		raws = append(raws, r)
		w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, nil) })
	}
	order := w.Rand().Perm(len(raws))
	slow, rest := order[:2], order[2:]
	for _, i := range slow {
		w.Inject(scenario.Fault{Kind: scenario.Stall, At: 1500 * time.Millisecond, For: 10 * second,
			A: []network.Addr{n.addr}, B: []network.Addr{raws[i].Addr}})
	}
	for i := range 4 {
		w.At(2*second+time.Duration(i)*second/4, n.addr, "broadcasts", func() {
			scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, payload))
		})
	}
	w.At(3800*time.Millisecond, n.addr, "looks at what was received", func() {
		var stay []network.Addr
		for _, i := range rest {
			stay = append(stay, raws[i].Addr)
			if got := raws[i].count(payload, news); got != [2]int{4, 2} {
				w.Fail("P2P-12", "expected 4 broadcasts and the news of 2 lost peers to reach %s, got %d and %d", raws[i].Addr, got[0], got[1])
			}
		}
		scenario.Expect(w, "P2P-10", n.lists(stay...))
	})
}

// count counts the regular messages with either payload that came to a raw peer.
func (r *raw) count(first, second []byte) (counts [2]int) {
	for _, c := range r.open {
		for _, m := range c.messages {
			if bytes.Equal(m.Payload, first) {
				counts[0]++
			} else if bytes.Equal(m.Payload, second) {
				counts[1]++
			}
		}
	}
	return counts
}

// firstMessage: everybody greets whoever arrives, at once. Each greeting is heard, whoever dialled,
// and also if both did.
func (s suite) firstMessage(w scenario.World) {
	var nodes []*node
	for i := range 3 {
		cfg := setup{handle: true, onArrived: func(n *node, peer network.Addr) {
			if err := n.p2p.Send(peer, kind, []byte("welcome")); err != nil {
				w.Fail("P2P-3", "expected a message to a peer that has arrived to be sent, got the error %v", err)
			}
		}}
		cfg.p2p.Interval = never
		for j := range 3 {
			if j < i || j > i && w.Rand().IntN(2) == 0 {
				cfg.p2p.Bootstrap = append(cfg.p2p.Bootstrap, w.Addr(j))
			}
		}
		nodes = append(nodes, s.node(w, i, cfg))
	}
	crossed := w.Sometimes("two nodes that dialled each other had two connections when one was accepted")
	for _, n := range nodes {
		n.onArrived = func(greet func(network.Addr)) func(network.Addr) {
			return func(peer network.Addr) {
				crossed(len(n.net.incoming) > len(n.listed))
				greet(peer)
			}
		}(n.onArrived)
		w.At(3800*time.Millisecond, n.addr, "looks at what it heard", func() {
			scenario.Expect(w, "P2P-3", n.hears("welcome", "welcome"))
		})
	}
}
