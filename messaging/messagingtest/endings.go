package messagingtest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

func (b bench) timeout(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{Timeout: timeout}, nil), scenario.NewRaw(w, 1, true)
	var slow, quick *answer
	var asked time.Duration
	closed := time.Duration(0) // when, if it was
	p.onDisconnected = func(network.ConnID) { closed = w.Now() }
	late := w.Sometimes("a response came after its request had timed out, on a connection that lives")
	peer.OnFrame = func(l *scenario.Line, got string) {
		if len(l.Frames) == 1 {
			peer.Host.After(timeout, func() {
				l.Send("\x02" + got[1:5] + "\x00too late")
				late(slow != nil && slow.calls == 1 && !l.Over)
			})
			return
		}
		l.Send("\x02" + got[1:5] + "\x00in time")
	}
	p.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
		asked = w.Now()
		slow, quick = p.request(id, "slow", ""), p.request(id, "quick", "")
	})
	w.At(end-soon, p.addr, "look at the answers", func() {
		if slow == nil {
			return
		}
		p.ended("MSG-7", "", messaging.ErrTimeout, slow)
		p.ended("MSG-7", "in time", nil, quick)
		if took := slow.at - asked; took < timeout || took > timeout+timeout/4 {
			w.Fail("MSG-7", "expected ErrTimeout %v after the request, got it after %v", timeout, took)
		}
		switch {
		case closed > slow.at:
			w.Fail("MSG-8", "expected that a response that comes too late is ignored, got its connection closed")
		case closed > 0:
			w.Fail("MSG-7", "expected that the connection lives when a request times out, got a disconnect event")
		}
	})
}

// lostConnection asks two peers, one of which closes.
func (b bench) lostConnection(w scenario.World) {
	p, leaves, stays := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var lost, kept []*answer
	waited := w.Sometimes("a connection was lost on which requests waited, and one waited on another")
	var other []network.ConnID // to the peer that stays
	p.connect(leaves.Addr, "dial the peer that leaves, and ask three times", func(id network.ConnID) {
		for i := range 3 {
			a := p.request(id, "k", "")
			a.then = func() { // shows the order in which they end: a map's is another in each run
				for _, id := range other {
					_ = p.msg.Send(id, "ended", fmt.Append(nil, i))
				}
			}
			lost = append(lost, a)
		}
	})
	p.connect(stays.Addr, "dial the peer that stays, and ask", func(id network.ConnID) {
		other = append(other, id)
		kept = append(kept, p.request(id, "k", ""))
	})
	p.onDisconnected = func(id network.ConnID) {
		waited(len(lost) == 3 && len(kept) == 1 && kept[0].calls == 0)
		p.ended("MSG-7", "", network.ErrClosed, lost...)
		p.ended("MSG-7", "", network.ErrClosed, p.request(id, "k", "too late"))
	}
	w.At(later, leaves.Addr, "close", func() {
		for _, l := range leaves.Lines {
			l.Stream.Close()
		}
	})
	w.At(end-soon, p.addr, "look at the answers", func() {
		if len(leaves.Lines) > 0 && len(p.disconnected) > 0 {
			p.ended("MSG-7", "", network.ErrClosed, lost...)
		}
		for _, a := range kept {
			if a.calls != 0 {
				w.Fail("MSG-7", "expected that a request to another peer goes on, got its end: %q, error %v", a.reply, a.err)
			}
		}
		if n := w.Usage(p.addr).Timers; len(p.disconnected) > 0 && n > len(kept) {
			w.Fail("MSG-7", "expected no timer of a request that has ended, got %d", n-len(kept))
		}
	})
}

// weClose closes in the middle of a handler, too: what the callbacks ask then ends at once.
func (b bench) weClose(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	p.connect(peer.Addr, "dial, ask and close", func(id network.ConnID) {
		var nested *answer
		ends := 0
		p.msg.Request(id, "k", nil, func(_ []byte, err error) {
			ends++
			nested = p.request(id, "k", "asked again")
		})
		a := p.request(id, "k", "")
		p.net.Close(id)
		p.ended("MSG-7", "", network.ErrClosed, a)
		if ends != 1 || nested == nil || nested.calls != 1 || !only(nested.err, network.ErrClosed) {
			w.Fail("MSG-7", "expected that a request made in the callback of a lost one ends at once with ErrClosed, got %+v", nested)
		}
		if n := w.Usage(p.addr).Timers; n > 0 {
			w.Fail("MSG-7", "expected no timer of a request that has ended, got %d", n)
		}
	})
}

// closeInCallback closes the connection of two requests in the callback of the one that is answered.
func (b bench) closeInCallback(w scenario.World) {
	p, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	peer.OnFrame = func(l *scenario.Line, got string) {
		if len(l.Frames) == 1 {
			l.Send("\x02" + got[1:5] + "\x00reply")
		}
	}
	p.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
		ends := 0
		var other *answer
		p.msg.Request(id, "k", nil, func(_ []byte, err error) {
			ends++
			p.net.Close(id)
			if ends != 1 || err != nil {
				w.Fail("MSG-7", "expected that the request ends once with a reply, got end number %d, error %v", ends, err)
			}
			p.ended("MSG-7", "", network.ErrClosed, other)
		})
		other = p.request(id, "k", "")
	})
	w.By(end, "MSG-7", func() error {
		if len(p.disconnected) != 1 {
			return fmt.Errorf("expected 1 disconnect event, got %d", len(p.disconnected))
		}
		return nil
	})
}

func (b bench) stop(w scenario.World) {
	p, one, two := b.node(w, 0, messaging.Config{Timeout: timeout}, nil), scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var answers []*answer
	var ids []network.ConnID
	for _, peer := range []*scenario.Raw{one, two} {
		p.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
			ids = append(ids, id)
			answers = append(answers, p.request(id, "k", ""), p.request(id, "k", ""))
		})
		peer.OnFrame = func(l *scenario.Line, got string) {
			peer.Host.After(later, func() { l.Send("\x02" + got[1:5] + "\x00too late") })
		}
	}
	w.At(later, p.addr, "stop twice", func() {
		for _, id := range ids {
			p.msg.Request(id, "k", nil, func(_ []byte, err error) {
				p.ended("MSG-7", "", network.ErrClosed, p.request(id, "k", "asked while stopping"))
			})
		}
		p.msg.Stop()
		p.ended("MSG-7", "", network.ErrClosed, answers...)
		p.ended("MSG-7", "", network.ErrClosed, p.request(1, "k", "asked after Stop"))
		p.msg.Stop()
		if u := w.Usage(p.addr); u != (scenario.Usage{}) {
			w.Fail("NET-11", "expected nothing left open after Stop, got %v", u)
		}
	})
}

// conversation: two nodes ask each other over connections that fail. The handler of odd numbers
// does not reply.
func (b bench) conversation(w scenario.World) {
	handle := func(m messaging.Messaging) {
		b.mustHandle(w, m, "even", echo("re "))
		b.mustHandle(w, m, "odd", func(network.ConnID, []byte) ([]byte, bool) { return nil, false })
	}
	cfg := messaging.Config{Timeout: timeout}
	a, z := b.node(w, 0, cfg, handle), b.node(w, 1, cfg, handle)
	var even, odd []*answer
	lost := w.Sometimes("a link failed under a request")
	late := w.Sometimes("requests ended by the time while others were answered")
	for i := range 20 {
		at := soon + time.Duration(i)*later/20
		from := []*node{a, z}[i%2]
		w.At(at, from.addr, fmt.Sprintf("ask for number %d on every connection", i), func() {
			for _, id := range from.connected {
				even = append(even, from.request(id, "even", "2"))
				odd = append(odd, from.request(id, "odd", "1"))
			}
		})
	}
	for range 2 {
		w.At(soon, a.addr, "dial", func() { a.net.Dial(z.addr, func(network.ConnID, error) {}) })
		w.At(soon, z.addr, "dial", func() { z.net.Dial(a.addr, func(network.ConnID, error) {}) })
	}
	w.At(later+later/2+2*timeout, a.addr, "look at the answers", func() {
		ends := func(err error) bool {
			return slices.ContainsFunc(append(even, odd...), func(r *answer) bool { return errors.Is(r.err, err) })
		}
		lost(ends(network.ErrClosed))
		late(ends(messaging.ErrTimeout) && ends(nil))
		for _, r := range append(even, odd...) {
			if r.calls != 1 {
				w.Fail("MSG-7", "expected that %s ends once, got %d ends", r.asked, r.calls)
			}
		}
		for _, r := range even {
			if r.reply != "re 2" && !errors.Is(r.err, network.ErrClosed) {
				w.Fail("MSG-8", "expected the reply \"re 2\" or ErrClosed, got %q, error %v", r.reply, r.err)
			}
		}
		for _, r := range odd {
			if !errors.Is(r.err, messaging.ErrTimeout) && !errors.Is(r.err, network.ErrClosed) {
				w.Fail("MSG-6", "expected ErrTimeout or ErrClosed where there is no reply, got %q, error %v", r.reply, r.err)
			}
		}
	})
}
