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

func (s suite) helloFirst(w scenario.World) {
	r := s.raw(w, 0)
	r.answer = accepts()
	n := s.node(w, 1, setup{p2p: p2p.Config{Bootstrap: []network.Addr{r.Addr}, Interval: never}})
	w.By(2*second, "P2P-1", func() error {
		if len(r.open) == 0 || len(r.open[0].messages) == 0 {
			return errors.New("expected the bootstrap node to get a hello, got nothing")
		}
		if got := r.open[0].messages; len(got) != 1 || string(got[0].Payload) != string(n.addr) {
			return fmt.Errorf("expected one hello with %s, got %d messages, the first with %q", n.addr, len(got), got[0].Payload)
		}
		return nil
	})
	w.By(2500*time.Millisecond, "P2P-3", func() error { return n.lists(r.Addr) })
}

func (s suite) helloAnswer(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	var before []network.Addr
	for i := range 3 {
		r := s.raw(w, i+1)
		want := bytes.Clone([]byte(commas(before)))
		others := append([]network.Addr(nil), before...)
		before = append(before, r.Addr)
		w.At(time.Duration(i)*second, r.Addr, "says hello", func() {
			r.visit(n.addr, func(_ *link, answer []byte) {
				switch {
				case len(answer) == 0 || answer[0] != 1:
					w.Fail("P2P-2", "expected 0x01 and the list %q in answer to hello %d, got %x", want, i+1, answer)
				default:
					scenario.Expect(w, "P2P-2", sameList(fmt.Sprintf("the answer to hello %d", i+1), answer[1:], others...))
				}
			})
		})
	}
	w.By(3500*time.Millisecond, "P2P-3", func() error { return n.lists(before...) })
}

func (s suite) acceptanceFirst(w scenario.World) {
	slow, caller := s.raw(w, 0), s.raw(w, 1)
	acceptance := false
	n := s.node(w, 2, setup{
		p2p: p2p.Config{Bootstrap: []network.Addr{slow.Addr}, Interval: never},
		onArrived: func(n *node, peer network.Addr) {
			if peer == caller.Addr && !n.net.accepted {
				w.Fail("P2P-3", "expected the acceptance to be sent before PeerArrived of %s, got the event first", peer)
			}
		},
	})
	slow.answer = func(c *link, hello messaging.Message) []byte {
		slow.Host.After(second, func() {
			acceptance = true
			c.respond(hello, reply(1))
		})
		return nil
	}
	w.Always("P2P-3", func() error {
		if !acceptance && n.listed[slow.Addr] {
			return fmt.Errorf("expected %s not to be listed before its acceptance, got it listed", slow.Addr)
		}
		return nil
	})
	w.At(second/4, caller.Addr, "says hello", func() { caller.visit(n.addr, nil) })
	w.By(2500*time.Millisecond, "P2P-3", func() error { return n.lists(slow.Addr, caller.Addr) })
}

func (s suite) rejected(w scenario.World) {
	full, other := s.raw(w, 0), s.raw(w, 1)
	full.answer = rejects(other.Addr)
	other.answer = accepts()
	n := s.node(w, 2, setup{p2p: p2p.Config{Bootstrap: []network.Addr{full.Addr}, Interval: never}})
	w.By(2*second, "P2P-4", func() error {
		if full.met != 1 || len(full.open) != 0 {
			return fmt.Errorf("expected the rejected dialler to close its connection, got %d of %d open", len(full.open), full.met)
		}
		return nil
	})
	w.By(3*second, "P2P-4", func() error { return n.lists(other.Addr) })
	w.Always("P2P-4", func() error {
		if n.listed[full.Addr] {
			return fmt.Errorf("expected %s, which rejected us, not to be listed, got it listed", full.Addr)
		}
		return nil
	})
}

func (s suite) silence(w scenario.World) {
	mute, dumb, polite := s.raw(w, 0), s.raw(w, 1), s.raw(w, 2)
	polite.answer = accepts()
	n := s.node(w, 3, setup{p2p: p2p.Config{Bootstrap: []network.Addr{dumb.Addr, polite.Addr}, Interval: never}})
	caller := s.raw(w, 4)
	w.At(0, mute.Addr, "dials and says nothing", func() { mute.dial(n.addr, func(*link) {}) })
	w.At(0, caller.Addr, "says hello", func() { caller.visit(n.addr, nil) })
	for _, r := range []*raw{mute, dumb} {
		w.By(11500*time.Millisecond, "P2P-14", func() error {
			if len(r.ended) != 1 {
				return fmt.Errorf("expected the connection with the silent %s to be closed after 10 s, got %d of %d closed", r.Addr, len(r.ended), r.met)
			}
			if r.ended[0] < 10*second {
				return fmt.Errorf("expected the connection with the silent %s to be closed after 10 s, got it closed at %v", r.Addr, r.ended[0])
			}
			return nil
		})
	}
	w.At(14*second, n.addr, "looks at its peers", func() {
		scenario.Expect(w, "P2P-14", n.lists(polite.Addr, caller.Addr))
	})
}

// helloTwice says the first hello under the node's own address, which is rejected: the connection
// is nobody's, and must still not be given a second name.
func (s suite) helloTwice(w scenario.World) {
	n := s.node(w, 0, setup{p2p: p2p.Config{Interval: never}})
	twice := s.raw(w, 1)
	w.At(0, twice.Addr, "says hello twice", func() {
		twice.dial(n.addr, func(c *link) {
			c.request(p2p.KindHello, []byte(n.addr), func([]byte) {
				c.request(p2p.KindHello, []byte(twice.Addr), func(answer []byte) {
					w.Fail("P2P-14", "expected a second hello to close the connection, got the answer %x", answer)
				})
			})
		})
	})
	closedBy(w, twice, 3*second, "a second hello")
	bad := []string{"", "nonsense", "host:0", "host:70000", ":1", "a,b:1", "ho st:1", string(bytes.Repeat([]byte{'a'}, 100000))}
	text := bad[w.Rand().IntN(len(bad))]
	malformed := s.raw(w, 2)
	w.At(0, malformed.Addr, "says a malformed hello", func() {
		malformed.dial(n.addr, func(c *link) {
			c.request(p2p.KindHello, []byte(text), func(answer []byte) {
				if len(answer) > 0 && answer[0] == 1 {
					w.Fail("P2P-2", "expected the malformed address %.20q not to be accepted, got an acceptance", text)
				}
			})
		})
	})
	w.At(3*second, n.addr, "looks at its peers", func() { scenario.Expect(w, "P2P-2", n.lists()) })
}

// closedBy demands that the raw peer's only connection is closed by the other side.
func closedBy(w scenario.World, r *raw, t time.Duration, why string) {
	w.By(t, "P2P-14", func() error {
		if len(r.ended) != 1 {
			return fmt.Errorf("expected %s to close the connection, got %d of %d closed", why, len(r.ended), r.met)
		}
		return nil
	})
}
