package messagingtest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// timeout asks twice on one connection. The peer answers the second request at once, and the first one
// when its time is up. The first has to end with ErrTimeout, when it is due and not a quarter later,
// and what comes then is ignored: the connection lives.
func (b bench) timeout(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{Timeout: timeout}, nil), scenario.NewRaw(w, 1, true)
	var slow, quick *answer
	var asked time.Duration
	// When the connection was closed, if it was: before or after the timeout makes the difference.
	closed := time.Duration(0) // when, if it was
	node.onDisconnected = func(network.ConnID) { closed = w.Now() }
	late := w.Sometimes("a response came after its request had timed out, on a connection that lives")
	// got[1:5] is the id of the request; a response has it, and an empty kind.
	peer.OnFrame = func(line *scenario.Line, got string) {
		if len(line.Frames) == 1 {
			peer.Host.After(timeout, func() {
				line.Send("\x02" + got[1:5] + "\x00too late")
				late(slow != nil && slow.calls == 1 && !line.Over)
			})
			return
		}
		line.Send("\x02" + got[1:5] + "\x00in time")
	}
	node.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
		asked = w.Now()
		slow, quick = node.request(id, "slow", ""), node.request(id, "quick", "")
	})
	w.Ends(node.addr, MSG7Ends, func() error {
		switch {
		case slow == nil:
			return nil
		case closed > 0 && closed <= slow.at:
			return errors.New("expected that the connection lives when a request times out, got a disconnect event")
		}
		return cmp.Or(ended("in time", nil, quick), timedOut(slow, slow.at-asked))
	})
	w.Ends(node.addr, msg8Ignored, func() error {
		if slow != nil && closed > slow.at {
			return errors.New("expected that a response that comes too late is ignored, got its connection closed")
		}
		return nil
	})
}

// timedOut checks a request that the peer leaves alone: it has ended so long after it was made.
func timedOut(request *answer, took time.Duration) error {
	if err := ended("", messaging.ErrTimeout, request); err != nil {
		return err
	}
	if took < timeout || took > timeout+timeout/4 {
		return fmt.Errorf("expected ErrTimeout %v after the request, got it after %v", timeout, took)
	}
	return nil
}

// lostConnection asks two peers, one of which closes. The three requests on that connection have to be
// over when the disconnect event comes, for the layer above may free there what it kept for them; a
// fourth one, asked in the event, ends at once. The request to the other peer goes on waiting.
func (b bench) lostConnection(w scenario.World) {
	node := b.node(w, 0, messaging.Config{}, nil)
	leaves, stays := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var lost, kept []*answer
	waited := w.Sometimes("a connection was lost on which requests waited, and one waited on another")
	var other []network.ConnID // to the peer that stays
	node.connect(leaves.Addr, "dial the peer that leaves, and ask three times", func(id network.ConnID) {
		for i := range 3 {
			lost = append(lost, node.telling(id, i, &other))
		}
	})
	node.connect(stays.Addr, "dial the peer that stays, and ask", func(id network.ConnID) {
		other = append(other, id)
		kept = append(kept, node.request(id, "k", ""))
	})
	// All three have ended by now, not soon after: whoever hears of the loss may count on that.
	node.onDisconnected = func(id network.ConnID) {
		waited(len(lost) == 3 && len(kept) == 1 && kept[0].calls == 0)
		node.ended(msg7Closed, "", network.ErrClosed, lost...)
		node.ended(msg7Unsent, "", network.ErrClosed, node.request(id, "k", "too late"))
	}
	w.At(later, leaves.Addr, "close", func() {
		for _, l := range leaves.Lines {
			l.Stream.Close()
		}
	})
	w.Ends(node.addr, msg7Closed, func() error {
		if len(node.disconnected) == 0 {
			return nil
		}
		return ended("", network.ErrClosed, lost...)
	})
	w.Ends(node.addr, msg7Closed, func() error { return waiting(kept) })
}

// telling makes a request, and tells the peers of others as soon as it ends. If requests end in the order
// of a map, the run sends other bytes when it is run again.
func (p *node) telling(to network.ConnID, number int, others *[]network.ConnID) *answer {
	asked := p.request(to, "k", "")
	asked.then = func() {
		for _, id := range *others {
			_ = p.msg.Send(id, "ended", fmt.Append(nil, number))
		}
	}
	return asked
}

// waiting checks that requests go on: none of them has ended.
func waiting(requests []*answer) error {
	for _, asked := range requests {
		if asked.calls != 0 {
			return fmt.Errorf("expected that a request to another peer goes on, got its end: %q, error %v",
				asked.reply, asked.err)
		}
	}
	return nil
}

// weClose closes a connection with two requests on it. Both end within Close. The callback of the first
// one asks again, as a careless caller does: that request ends at once as well, or it would never end.
func (b bench) weClose(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	node.connect(peer.Addr, "dial, ask and close", func(id network.ConnID) {
		var nested *answer
		ends := 0
		node.msg.Request(id, "k", nil, func(_ []byte, err error) {
			ends++
			nested = node.request(id, "k", "asked again")
		})
		// Close ends both requests, the one made here and the one above, in whatever order.
		asked := node.request(id, "k", "")
		node.net.Close(id)
		node.ended(msg7Closed, "", network.ErrClosed, asked)
		if ends != 1 || nested == nil || nested.calls != 1 || !only(nested.err, network.ErrClosed) {
			w.Fail(msg7Closed,
				"expected that a request made in the callback of a lost one ends at once with ErrClosed, "+
					"got %+v", nested)
		}
	})
}

// closeInCallback closes the connection of two requests in the callback of the one that is answered.
// That callback is running already and must not run again; the other request ends within Close.
func (b bench) closeInCallback(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	peer.OnFrame = func(line *scenario.Line, got string) {
		if len(line.Frames) == 1 {
			line.Send("\x02" + got[1:5] + "\x00reply")
		}
	}
	// The response ends the first request; its callback is the last that may be heard of it.
	node.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
		ends := 0
		var other *answer
		node.msg.Request(id, "k", nil, func(_ []byte, err error) {
			ends++
			node.net.Close(id)
			if ends != 1 || err != nil {
				w.Fail(MSG7Once, "expected that the request ends once with a reply, got end number %d, error %v",
					ends, err)
			}
			node.ended(msg7Closed, "", network.ErrClosed, other)
		})
		other = node.request(id, "k", "")
	})
	w.By(end, scenario.NET6Life, func() error {
		if len(node.disconnected) != 1 {
			return fmt.Errorf("expected 1 disconnect event, got %d", len(node.disconnected))
		}
		return nil
	})
}

// stop ends a node with requests waiting at two peers, which answer later. Each request ends with
// ErrClosed within Stop, also those that callbacks make meanwhile and those that are made afterwards,
// and the host holds nothing that was the layer's.
func (b bench) stop(w scenario.World) {
	node := b.node(w, 0, messaging.Config{Timeout: timeout}, nil)
	one, two := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var answers []*answer
	// Stop has to end requests on both connections.
	var ids []network.ConnID
	for _, peer := range []*scenario.Raw{one, two} {
		node.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
			ids = append(ids, id)
			answers = append(answers, node.request(id, "k", ""), node.request(id, "k", ""))
		})
		peer.OnFrame = func(l *scenario.Line, got string) {
			peer.Host.After(later, func() { l.Send("\x02" + got[1:5] + "\x00too late") })
		}
	}
	// One request more on each connection, whose callback asks again: Stop meets it while it ends the others.
	w.At(later, node.addr, "stop twice", func() {
		for _, id := range ids {
			node.msg.Request(id, "k", nil, func(_ []byte, err error) {
				node.ended(msg7Closed, "", network.ErrClosed, node.request(id, "k", "asked while stopping"))
			})
		}
		node.msg.Stop()
		node.ended(msg7Closed, "", network.ErrClosed, answers...)
		node.ended(msg7Unsent, "", network.ErrClosed, node.request(1, "k", "asked after Stop"))
		node.msg.Stop()
		if u := w.Usage(node.addr); u != (scenario.Usage{}) {
			w.Fail(scenario.NET11Left, "expected nothing left open after Stop, got %v", u)
		}
	})
}

// conversation has two nodes ask each other, on four connections that may fail. One handler replies,
// the other one never does. However a run goes, each request has ended once: with its own reply or
// ErrClosed where there is a reply, with ErrTimeout or ErrClosed where there is none.
func (b bench) conversation(w scenario.World) {
	handle := func(m messaging.Messaging) {
		b.mustHandle(w, m, "even", echo("re "))
		b.mustHandle(w, m, "odd", func(network.ConnID, []byte) ([]byte, bool) { return nil, false })
	}
	// Both nodes dial twice and ask on every connection that they have, so that ids meet in both directions.
	cfg := messaging.Config{Timeout: timeout}
	left, right := b.node(w, 0, cfg, handle), b.node(w, 1, cfg, handle)
	var even, odd []*answer
	lost := w.Sometimes("a link failed under a request")
	late := w.Sometimes("requests ended by the time while others were answered")
	for i := range 20 {
		at := soon + time.Duration(i)*later/20
		from := []*node{left, right}[i%2]
		w.At(at, from.addr, fmt.Sprintf("ask for number %d on every connection", i), func() {
			for _, id := range from.connected {
				even = append(even, from.request(id, "even", "2"))
				odd = append(odd, from.request(id, "odd", "1"))
			}
		})
	}
	for range 2 {
		w.At(soon, left.addr, "dial", func() { left.net.Dial(right.addr, func(network.ConnID, error) {}) })
		w.At(soon, right.addr, "dial", func() { right.net.Dial(left.addr, func(network.ConnID, error) {}) })
	}
	// The last question is asked a second after the first, and its time is up 1.2 s later.
	w.AtEnd(MSG7Once, func() error {
		ends := func(err error) bool {
			return slices.ContainsFunc(append(even, odd...), func(asked *answer) bool {
				return only(asked.err, err)
			})
		}
		lost(ends(network.ErrClosed))
		late(ends(messaging.ErrTimeout) && ends(nil))
		return once(append(even, odd...))
	})
	w.AtEnd(MSG8Belongs, func() error { return endedBy(even, "re 2", network.ErrClosed) })
	w.AtEnd(msg6None, func() error { return endedBy(odd, "no reply", network.ErrClosed, messaging.ErrTimeout) })
}

// once checks that each request has ended once, however it did.
func once(requests []*answer) error {
	for _, asked := range requests {
		if asked.calls != 1 {
			return fmt.Errorf("expected that %s ends once, got %d ends", asked.asked, asked.calls)
		}
	}
	return nil
}

// endedBy checks that each request has ended with the reply or one of the errors.
func endedBy(requests []*answer, reply string, errs ...error) error {
	for _, asked := range requests {
		ends := func(err error) bool { return only(asked.err, err) }
		if asked.reply != reply && !slices.ContainsFunc(errs, ends) {
			return fmt.Errorf("expected the reply %q or one of the errors %v, got %q, error %v",
				reply, errs, asked.reply, asked.err)
		}
	}
	return nil
}
