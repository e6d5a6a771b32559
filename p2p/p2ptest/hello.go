package p2ptest

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// helloFirst gives the node one bootstrap node, which is raw. It has to be dialled, and the first thing
// that it hears has to be a hello with the address where the node listens: every raw peer fails the run
// when something else comes first. Once it accepts, it is listed.
func (s suite) helloFirst(w scenario.World) {
	peer := s.raw(w, 0)
	peer.answer = accepts()
	node := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{peer.Addr}, Interval: never}})
	w.By(2*second, p2p1First, func() error {
		if len(peer.open) == 0 || len(peer.open[0].messages) == 0 {
			return errors.New("expected the bootstrap node to get a hello, got nothing")
		}
		// One message: nothing may follow before the answer is there.
		if got := peer.open[0].messages; len(got) != 1 || string(got[0].Payload) != string(node.addr) {
			return fmt.Errorf("expected one hello with %s, got %d messages, the first with %q",
				node.addr, len(got), got[0].Payload)
		}
		return nil
	})
	w.By(2500*time.Millisecond, p2p3Both, func() error { return node.lists(peer.Addr) })
}

// helloAnswer has three peers say hello one after the other. Each answer is 0x01 and the peers that
// came before, in any order; neither the asker nor the node itself stands in it.
func (s suite) helloAnswer(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	var before []network.Addr
	for i := range 3 {
		peer := s.raw(w, i+1)
		// Whoever came before stands in the answer, and nobody else.
		want := bytes.Clone([]byte(commas(before)))
		others := append([]network.Addr(nil), before...)
		before = append(before, peer.Addr)
		w.At(time.Duration(i)*second, peer.Addr, "says hello", func() {
			peer.visit(node.addr, func(_ *link, answer []byte) {
				switch {
				case len(answer) == 0 || answer[0] != 1:
					w.Fail(p2p2Answer, "expected 0x01 and the list %q in answer to hello %d, got %x", want, i+1, answer)
				default:
					scenario.Expect(w, p2p2Answer,
						sameList(fmt.Sprintf("the answer to hello %d", i+1), answer[1:], others...))
				}
			})
		})
	}
	w.By(3500*time.Millisecond, p2p3Both, func() error { return node.lists(before...) })
}

// acceptanceFirst looks at both sides of an acceptance. The node dials a peer that takes a second to
// accept, and must not list it before; and it is dialled by another one, of which the layer above must
// not hear before the acceptance was handed to the network. Otherwise what it sends at once would
// overtake it.
func (s suite) acceptanceFirst(w scenario.World) {
	slow, caller := s.raw(w, 0), s.raw(w, 1)
	// Whether the slow peer has said yes.
	acceptance := false
	n := s.node(w, 2, setup{
		p2p: p2p.Config{Bootstrap: []network.Addr{slow.Addr}, Interval: never},
		onArrived: func(n *node, peer network.Addr) {
			if peer == caller.Addr && !n.net.accepted {
				w.Fail(p2p3Before, "expected the acceptance to be sent before PeerArrived of %s, got the event first",
					peer)
			}
		},
	})
	// The acceptance is the raw peer's word, a second after the hello.
	slow.answer = func(conn *link, hello messaging.Message) []byte {
		slow.Host.After(second, func() {
			acceptance = true
			conn.respond(hello, reply(1))
		})
		return nil
	}
	w.Always(p2p3Before, func() error {
		if !acceptance && n.listed[slow.Addr] {
			return fmt.Errorf("expected %s not to be listed before its acceptance, got it listed", slow.Addr)
		}
		return nil
	})
	w.At(second/4, caller.Addr, "says hello", func() { caller.visit(n.addr, nil) })
	w.By(2500*time.Millisecond, p2p3Both, func() error { return n.lists(slow.Addr, caller.Addr) })
}

// rejected has the bootstrap node refuse and name another one. The node has to close the connection
// itself, never list whoever refused, and become a peer of the other one although nobody else told it
// of that.
func (s suite) rejected(w scenario.World) {
	full, other := s.raw(w, 0), s.raw(w, 1)
	full.answer = rejects(other.Addr)
	other.answer = accepts()
	node := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{full.Addr}, Interval: never}})
	// The dialler closes, not the one who refused.
	w.By(11*second/2, p2p4Closes, func() error {
		if full.met != 1 || len(full.open) != 0 {
			return fmt.Errorf("expected the rejected dialler to close its connection, got %d of %d open",
				len(full.open), full.met)
		}
		return nil
	})
	// The address of the answer is the only way to the other peer.
	w.By(3*second, p2p4Tries, func() error { return node.lists(other.Addr) })
	w.Always(p2p4Neither, func() error {
		if node.listed[full.Addr] {
			return fmt.Errorf("expected %s, which rejected us, not to be listed, got it listed", full.Addr)
		}
		return nil
	})
}

// silence has one peer dial and say nothing, and another take a hello and not answer it. Both
// connections have to be closed 10 s later and not before, by the node, for the peers never do. Peers
// that were polite stay.
func (s suite) silence(w scenario.World) {
	mute, dumb, polite := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	polite.answer = accepts()
	node := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{dumb.Addr, polite.Addr}, Interval: never}})
	// polite answers, caller says hello itself; both keep what the rule asks, and stay.
	caller := s.raw(w, 4)
	w.At(0, mute.Addr, "dials and says nothing", func() { mute.dial(node.addr, func(*link) {}) })
	w.At(0, caller.Addr, "says hello", func() { caller.visit(node.addr, nil) })
	for _, peer := range []*raw{mute, dumb} {
		w.By(11500*time.Millisecond, p2p14Hello, func() error {
			if len(peer.ended) != 1 || peer.ended[0] < 10*second {
				return fmt.Errorf("expected the connection with the silent %s to be closed once, after 10 s, "+
					"got %d connections, closed at %v", peer.Addr, peer.met, peer.ended)
			}
			return nil
		})
	}
	w.Ends(node.addr, p2p14Hello, func() error { return node.lists(polite.Addr, caller.Addr) })
}

// helloTwice says the first hello under the node's own address, which is rejected: the connection is
// nobody's, and must still not be given a second name. Another peer says hello under a text that is no
// address, which one is drawn; it must not be accepted.
func (s suite) helloTwice(w scenario.World) {
	node := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	twice := s.raw(w, 1)
	w.At(0, twice.Addr, "says hello twice", func() {
		twice.dial(node.addr, func(conn *link) {
			conn.request(p2p.KindHello, []byte(node.addr), func([]byte) {
				conn.request(p2p.KindHello, []byte(twice.Addr), func(answer []byte) {
					w.Fail(p2p14Second, "expected a second hello to close the connection, got the answer %x", answer)
				})
			})
		})
	})
	closedBy(w, twice, 3*second, "a second hello")
	// What no address may be: empty, without a port, with port 0 or too large a one, with what separates a
	// list.
	bad := []string{"", "nonsense", "host:0", "host:70000", ":1", "a,b:1", "ho st:1",
		string(bytes.Repeat([]byte{'a'}, 100000))}
	text := bad[w.Rand().IntN(len(bad))]
	malformed := s.raw(w, 2)
	w.At(0, malformed.Addr, "says a malformed hello", func() {
		malformed.dial(node.addr, func(conn *link) {
			conn.request(p2p.KindHello, []byte(text), func(answer []byte) {
				if len(answer) > 0 && answer[0] == 1 {
					w.Fail(p2p2Malformed, "expected the malformed address %.20q not to be accepted, got an acceptance",
						text)
				}
			})
		})
	})
	w.Ends(node.addr, p2p2Malformed, func() error { return node.lists() })
}

// closedBy demands that the raw peer's only connection is closed by the other side.
func closedBy(w scenario.World, peer *raw, t time.Duration, why string) {
	w.By(t, p2p14Second, func() error {
		if len(peer.ended) != 1 {
			return fmt.Errorf("expected %s to close the connection, got %d of %d closed",
				why, len(peer.ended), peer.met)
		}
		return nil
	})
}
