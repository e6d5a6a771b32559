package p2ptest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// askBelowHalf: M is 5, so that two peers are fewer than M/2. They know a third one, which has to be
// found: a node that rounds M/2 down before it compares never asks.
func (s suite) askBelowHalf(w scenario.World) {
	first, other, third := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	first.answer, other.answer, third.answer = accepts(), accepts(), accepts()
	// Whoever is asked names the third peer.
	answer := func(conn *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			conn.respond(m, []byte(third.Addr))
		}
	}
	first.onMessage, other.onMessage = answer, answer
	n := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{first.Addr, other.Addr}, MaxPeers: 5}})
	w.By(4*second, p2p8Asks, func() error { return n.lists(first.Addr, other.Addr, third.Addr) })
}

// askSlow: three of four peers take nothing any longer, and have room for no question. When one of them
// is lost in a round the layer above tells the others, which loses the other two in the middle of the
// round. The fourth has to stay, wherever it stands in the list.
func (s suite) askSlow(w scenario.World) {
	node := s.node(w, 0, setup{network: network.Config{MaxQueued: 2000}, p2p: p2p.Config{MaxPeers: 20}})
	nested := w.Sometimes("the news of a lost peer lost another")
	depth := 0
	node.onLost = func(network.Addr) {
		depth++
		nested(depth > 1)
		scenario.NoError(w, p2p12Errors, "Broadcast", node.p2p.Broadcast(kind, make([]byte, 700)))
		depth--
	}
	// The quick peer's place in the list is drawn.
	quick := s.raw(w, 1+w.Rand().IntN(4))
	w.At(0, quick.Addr, "says hello", func() { quick.visit(node.addr, nil) })
	for i := 1; i <= 4; i++ {
		if w.Addr(i) == quick.Addr {
			continue
		}
		slow := s.raw(w, i)
		w.At(0, slow.Addr, "says hello", func() { slow.visit(node.addr, nil) })
		w.Inject(scenario.Fault{Kind: scenario.Stall, At: 1500 * time.Millisecond, For: 10 * second,
			A: []network.Addr{node.addr}, B: []network.Addr{slow.Addr}})
		// 2,000 bytes may wait, and 1,953 with their header and kind leave no room for a get_peers.
		w.At(2200*time.Millisecond, node.addr, "sends all but what a question needs", func() {
			scenario.NoError(w, P2P11Sends, "Send to a peer", node.p2p.Send(slow.Addr, kind, make([]byte, 1953)))
		})
	}
	w.Ends(node.addr, P2P10Lost, func() error {
		if !slices.Contains(node.p2p.Peers(), quick.Addr) || !node.listed[quick.Addr] {
			return errors.New("expected the peer that is not slow to stay when slow ones are lost, got it lost")
		}
		return nil
	})
}

// backOff: the bootstrap node is not there until 40 s, and again from 52 s on. Between two dials have
// to be 1, 2, 4 and then 8 s, which is BackoffMax, and never more than a round beyond. When it has been
// a peer, and goes, the waits begin at 1 s again.
func (s suite) backOff(w scenario.World) {
	peer := s.raw(w, 0)
	peer.answer = accepts()
	// It joins late and leaves early: in between it is a peer, which ends the row of failures.
	w.Inject(scenario.Fault{Kind: scenario.Join, At: 40 * second, A: []network.Addr{peer.Addr}})
	w.Inject(scenario.Fault{Kind: scenario.Leave, At: 52 * second, A: []network.Addr{peer.Addr}})
	node := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr}, Interval: second / 4,
		BackoffMax: 8 * second}})
	// wait is what has to pass before the next dial; 0: it may come at any time.
	wait, last := time.Duration(0), time.Duration(0)
	longest := w.Sometimes("an address was dialled after the longest wait, and, when it had been a peer, the shortest")
	waited := false
	node.onArrived = func(network.Addr) { wait = 0 } // a success forgets what failed before
	// Dials after the peer has left for good.
	late := 0
	node.onDial = func(network.Addr) {
		now := w.Now()
		if gap := now - last; wait > 0 && (gap < wait || gap > wait+1500*time.Millisecond) {
			w.Fail(p2p13Doubles, "expected the next dial of an address that failed after %v, and up to a round, "+
				"got it after %v", wait, gap)
		}
		waited = waited || wait == 8*second
		longest(waited && now > 52*second && wait == second)
		last = now
		wait = min(max(second, 2*wait), 8*second)
		if now > 52*second {
			late++
		}
	}
	w.By(50*second, p2p13Failed, func() error { return node.lists(peer.Addr) })
	w.Ends(node.addr, p2p13Again, func() error {
		if late < 3 {
			return fmt.Errorf("expected dials after 1 and 2 seconds again once the address had been a peer, "+
				"got %d dials in 8 s", late)
		}
		return nil
	})
}

// backOffOther: one bootstrap node is not there, and waits for half a minute. The other one names a third, which
// never failed: it has nothing to wait for.
func (s suite) backOffOther(w scenario.World) {
	peer, third := s.raw(w, 0), s.raw(w, 1)
	peer.answer, third.answer = accepts(), accepts()
	peer.onMessage = func(c *link, m messaging.Message) {
		if messaging.Kind(m.Kind) == p2p.KindGetPeers {
			c.respond(m, []byte(third.Addr))
		}
	}
	node := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{w.Addr(3), peer.Addr}, MaxPeers: 8,
		BackoffMin: 30 * second}})
	w.By(5*second, p2p8Asks, func() error { return node.lists(peer.Addr, third.Addr) })
}

// backOffMute: a node that takes connections and answers no hello is an address that failed, too, and is dialled
// ever less. A hello is given half a second here, and the wait begins when that is over.
func (s suite) backOffMute(w scenario.World) {
	peer := s.raw(w, 0)
	node := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr}, Interval: second / 4,
		HelloWithin: second / 2}})
	// From dial to dial: half a second for the hello, and then 1, 2, 4 s and so on.
	dials, last := 0, time.Duration(0)
	node.onDial = func(network.Addr) {
		least, gap := second/2+second<<max(0, dials-1), w.Now()-last
		if dials > 0 && gap < least {
			w.Fail(p2p13Failed, "expected the next dial of an address that never answers a hello after %v at least, "+
				"got it after %v", least, gap)
		}
		dials, last = dials+1, w.Now()
	}
	w.Ends(node.addr, p2p13Failed, func() error { // at about 0, 1.5, 4, 8.5 and 17 s
		if got := len(node.host.dialled); got < 3 || got > 6 {
			return fmt.Errorf("expected 4 or 5 dials in 20 s to a node that never answers a hello, "+
				"after longer and longer waits, got %d", got)
		}
		return nil
	})
}

// helloAndGone sends a hello, and in the same piece a message that ends its connection. M is 1; after
// as many of them as there are places somebody says hello who stays, and has to find room. A node that
// lists a peer for a connection that is gone never gets rid of it.
func (s suite) helloAndGone(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{MaxPeers: 1, Interval: never}})
	peer, honest := s.raw(w, 1), s.raw(w, 2)
	hello := scenario.Frame(string(messaging.Encode(messaging.TypeRequest, 1, p2p.KindHello, []byte(peer.Addr))))
	// A frame with no message, one of no known type, and a second hello: each closes the connection.
	bad := [][]byte{scenario.Frame(""), scenario.Frame("\x07"), hello}[w.Rand().IntN(3)]
	for range 2 {
		w.At(0, peer.Addr, "says hello and then what is not allowed", func() {
			peer.dial(node.addr, func(c *link) { c.Write(append(hello[:len(hello):len(hello)], bad...)) })
		})
	}
	greeted := false
	w.At(second, honest.Addr, "says hello", func() {
		honest.visit(node.addr, nil)
		greeted = true
	})
	w.Ends(node.addr, P2P10Lost, func() error {
		var want []network.Addr
		if greeted {
			want = append(want, honest.Addr)
		}
		return cmp.Or(node.lists(want...), node.told(node.losses+len(want), node.losses))
	})
}

// lostWhileReplaced: the peer dials again, closes the newer connection when it is accepted, and then
// talks on the older one, if that is still there. The peer is lost by then: nothing may be heard of it.
func (s suite) lostWhileReplaced(w scenario.World) {
	node := s.node(w, 0, setup{handle: true, p2p: p2p.Config{Interval: never}})
	peer := s.raw(w, 1)
	var older *link
	w.At(0, peer.Addr, "says hello", func() { peer.visit(node.addr, func(c *link, _ []byte) { older = c }) })
	ghost := w.Sometimes("a message was sent on the older of two connections after the newer was closed")
	w.At(second, peer.Addr, "says hello on a new connection, and closes it", func() {
		peer.visit(node.addr, func(newer *link, _ []byte) {
			newer.close()
			peer.Host.After(second/5, func() {
				if older != nil && older.Open() {
					older.say(kind, []byte("ghost"))
					ghost(true)
				}
			})
		})
	})
	w.Ends(node.addr, P2P10Lost, func() error { return node.lists() })
	w.Ends(node.addr, P2P11Heard, func() error { return node.hears() })
}
