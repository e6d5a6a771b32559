package p2ptest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// askBelowHalf: M is 5, so that two peers are fewer than M/2. They know a third one.
func (s suite) askBelowHalf(w scenario.World) {
	a, b, c := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	a.answer, b.answer, c.answer = accepts(), accepts(), accepts()
	answer := func(l *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			l.respond(m, []byte(c.Addr))
		}
	}
	a.onMessage, b.onMessage = answer, answer
	n := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{a.Addr, b.Addr}, MaxPeers: 5}})
	w.By(4*second, "P2P-8", func() error { return n.lists(a.Addr, b.Addr, c.Addr) })
}

// askSlow: three of four peers take nothing any more, and have room for no question. When one of them
// is lost the layer above tells the others, which loses the other two in the middle of the round.
func (s suite) askSlow(w scenario.World) {
	n := s.node(w, 0, setup{network: network.Config{MaxQueued: 2000}, p2p: p2p.Config{MaxPeers: 20}})
	nested := w.Sometimes("the news of a lost peer lost another")
	depth := 0
	n.onLost = func(network.Addr) {
		depth++
		nested(depth > 1)
		scenario.Expect(w, "P2P-12", n.p2p.Broadcast(kind, make([]byte, 700)))
		depth--
	}
	quick := s.raw(w, 1+w.Rand().IntN(4))
	w.At(0, quick.Addr, "says hello", func() { quick.visit(n.addr, nil) })
	for i := 1; i <= 4; i++ {
		if w.Addr(i) == quick.Addr {
			continue
		}
		slow := s.raw(w, i)
		w.At(0, slow.Addr, "says hello", func() { slow.visit(n.addr, nil) })
		w.Inject(scenario.Fault{Kind: scenario.Stall, At: 1500 * time.Millisecond, For: 10 * second,
			A: []network.Addr{n.addr}, B: []network.Addr{slow.Addr}})
		w.At(2200*time.Millisecond, n.addr, "sends all but what a question needs", func() {
			scenario.Expect(w, "P2P-12", n.p2p.Send(slow.Addr, kind, make([]byte, 1953)))
		})
	}
	w.At(3500*time.Millisecond, n.addr, "looks at its peers", func() {
		if !slices.Contains(n.p2p.Peers(), quick.Addr) || !n.listed[quick.Addr] {
			w.Fail("P2P-8", "expected the peer that is not slow to stay when slow ones are lost, got it lost")
		}
	})
}

// backOff: the bootstrap node is not there until 40 s, and again from 52 s on.
func (s suite) backOff(w scenario.World) {
	r := s.raw(w, 0)
	r.answer = accepts()
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 40 * second, A: []network.Addr{r.Addr}})
	w.Inject(scenario.Fault{Kind: scenario.Leave, At: 52 * second, A: []network.Addr{r.Addr}})
	n := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{r.Addr}, Interval: second / 4, BackoffMax: 8 * second}})
	wait, last := time.Duration(0), time.Duration(0)
	longest := w.Sometimes("an address was dialled again after the longest wait, and one that had been a peer after the shortest")
	waited := false
	n.onArrived = func(network.Addr) { wait = 0 } // a success forgets what failed before
	late := 0
	n.onDial = func(network.Addr) {
		now := w.Now()
		if gap := now - last; wait > 0 && (gap < wait || gap > wait+1500*time.Millisecond) {
			w.Fail("P2P-13", "expected the next dial of an address that failed after %v, and up to a round, got it after %v", wait, gap)
		}
		waited = waited || wait == 8*second
		longest(waited && now > 52*second && wait == second)
		last = now
		wait = min(max(second, 2*wait), 8*second)
		if now > 52*second {
			late++
		}
	}
	w.By(50*second, "P2P-13", func() error { return n.lists(r.Addr) })
	w.At(59*second, n.addr, "counts its dials", func() {
		if late < 3 {
			w.Fail("P2P-13", "expected dials after 1 and 2 seconds again once the address had been a peer, got %d dials in 7 s", late)
		}
	})
}

// backOffRejected: a rejection is a failure, too.
func (s suite) backOffRejected(w scenario.World) {
	r := s.raw(w, 0)
	r.answer = rejects()
	n := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{r.Addr}, Interval: second / 4}})
	w.At(19*second, n.addr, "counts its dials", func() { // at about 0, 1, 3, 7 and 15 s
		if got := len(n.host.dialled); got < 3 || got > 6 {
			w.Fail("P2P-13", "expected 4 or 5 dials in 19 s of a node that rejects, each after a longer wait, got %d", got)
		}
	})
}

// helloAndGone: a hello, and in the same piece a message that ends its connection. M is 1; after as many
// of them as there are places somebody says hello who stays.
func (s suite) helloAndGone(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 1, Interval: never}})
	r, honest := s.raw(w, 1), s.raw(w, 2)
	frame := func(b []byte) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...) }
	hello := frame(messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte(r.Addr)))
	bad := [][]byte{frame(nil), frame([]byte("\x07")), hello}[w.Rand().IntN(3)]
	for range 2 {
		w.At(0, r.Addr, "says hello and then what is not allowed", func() {
			r.Host.Dial(n.addr, func(stream network.Stream, err error) {
				if err == nil {
					stream.Deliver(deaf{})
					stream.Write(nil, append(hello[:len(hello):len(hello)], bad...))
				}
			})
		})
	}
	greeted := false
	w.At(second, honest.Addr, "says hello", func() {
		honest.visit(n.addr, nil)
		greeted = true
	})
	w.At(5*second/2, n.addr, "looks at its peers", func() {
		var want []network.Addr
		if greeted {
			want = append(want, honest.Addr)
		}
		scenario.Expect(w, "P2P-10", n.lists(want...))
		if n.arrivals-len(want) != n.losses {
			w.Fail("P2P-10", "expected each peer that arrived to be lost, got %d and %d", n.arrivals, n.losses)
		}
	})
}

// deaf is the receiver of a stream that is only written to.
type deaf struct{}

// Receive ignores what comes.
func (deaf) Receive([]byte) {}

// Ended ignores the end.
func (deaf) Ended(error) {}

// lostWhileReplaced: the peer dials again, closes the newer connection when it is accepted, and then
// talks on the older one, if that is still there.
func (s suite) lostWhileReplaced(w scenario.World) {
	n := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	r := s.raw(w, 1)
	var older *link
	w.At(0, r.Addr, "says hello", func() { r.visit(n.addr, func(c *link, _ []byte) { older = c }) })
	ghost := w.Sometimes("a message was sent on the older of two connections after the newer was closed")
	w.At(second, r.Addr, "says hello on a new connection, and closes it", func() {
		r.visit(n.addr, func(newer *link, _ []byte) {
			newer.close()
			r.Host.After(second/5, func() {
				if older != nil && older.Open() {
					older.say(kind, []byte("ghost"))
					ghost(true)
				}
			})
		})
	})
	w.At(7*second/2, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-10", n.lists())
		if len(n.heard) > 0 {
			w.Fail("P2P-11", "expected nothing to be heard of a lost peer, got %s", fmt.Sprint(n.heard))
		}
	})
}
