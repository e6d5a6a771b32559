package messagingtest

import (
	"cmp"
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// slowRequest asks a peer that takes nothing, until the network closes the connection in the middle of a
// request. That request is lost with its connection and refused by it: it ends once all the same, as do
// those that waited.
func (b bench) slowRequest(w scenario.World) {
	node := b.nodeOn(w, 0, network.Config{MaxFrame: maxFrame, MaxQueued: 3000}, messaging.Config{}, nil)
	peer := scenario.NewRaw(w, 1, true)
	// From half a second on nothing reaches the peer, so that what is sent waits, up to 3,000 bytes.
	w.Inject(scenario.Fault{Kind: scenario.Stall, At: later / 2, For: 10 * later, A: []network.Addr{node.addr},
		B: []network.Addr{peer.Addr}})
	var asked []*answer
	node.connect(peer.Addr, "dial", func(network.ConnID) {})
	closed := w.Sometimes("the network closed a connection in the middle of a request")
	w.At(later, node.addr, "ask more than the peer takes", func() {
		for _, id := range node.connected {
			// Three of these fit; the one that does not closes the connection from within Request.
			for range 6 {
				before := len(node.disconnected)
				asked = append(asked, node.request(id, "k", string(make([]byte, 1000))))
				closed(len(node.disconnected) > before)
			}
		}
	})
	w.Ends(node.addr, MSG7Once, func() error {
		for _, one := range asked {
			if one.calls != 1 || !only(one.err, network.ErrClosed) && !only(one.err, network.ErrSlowPeer) {
				return fmt.Errorf("expected that a request ends once with ErrClosed or ErrSlowPeer as its connection "+
					"is closed for being slow, got %d ends, error %v", one.calls, one.err)
			}
		}
		return nil
	})
}

// idUsedAgain has one id only, so that the second request has that of the first, which was answered. The
// second waits until after the first one's time would have been up, and its own is not: whatever is left
// of the first must not end it.
func (b bench) idUsedAgain(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{Timeout: timeout, MaxID: 1}, nil), scenario.NewRaw(w, 1, true)
	peer.OnFrame = func(line *scenario.Line, got string) {
		wait := time.Duration(0)
		if len(line.Frames) == 2 {
			wait = timeout * 6 / 10
		}
		peer.Host.After(wait, func() { line.Send("\x02" + got[1:5] + "\x00re " + got[7:]) })
	}
	// 1.2 s is the time of each: the first one's is up while the second waits.
	var first, second *answer
	node.connect(peer.Addr, "dial and ask, and ask again later", func(id network.ConnID) {
		first = node.request(id, "k", "1")
		node.host.After(timeout*6/10, func() { second = node.request(id, "k", "2") })
	})
	w.Ends(node.addr, MSG7Ends, func() error {
		if first == nil || second == nil {
			return nil
		}
		return cmp.Or(ended("re 1", nil, first), ended("re 2", nil, second))
	})
}

// idsInUse sets the largest id to 4. Of four requests the first two are left unanswered, so that
// two ids are in use when the counting begins again: the next are 3 and 4. When the time of the two is up,
// their ids are free.
func (b bench) idsInUse(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{Timeout: timeout, MaxID: 4}, nil), scenario.NewRaw(w, 1, true)
	// Requests 4 and 5 get 3 and 4, for 1 and 2 are in use; the last three come when these are free.
	want := []uint32{1, 2, 3, 4, 3, 4, 1, 2, 3}
	peer.OnFrame = func(line *scenario.Line, got string) {
		if len(line.Frames) > 2 {
			line.Send("\x02" + got[1:5] + "\x00" + got[7:])
		}
	}
	ask := func(id network.ConnID, after time.Duration, numbers ...int) {
		for _, n := range numbers {
			node.host.After(after, func() { node.request(id, "k", fmt.Sprint(n)) })
		}
	}
	freed := w.Sometimes("ids were used again whose requests had timed out")
	// All of the first six within the time of the first: an answer takes up to 0.3 s.
	node.connect(peer.Addr, "dial and ask", func(id network.ConnID) {
		ask(id, 0, 0, 1, 2, 3)
		ask(id, timeout*4/10, 4)
		ask(id, timeout*8/10, 5)
		ask(id, timeout*5/4, 6, 7, 8)
	})
	w.Always(msg9Count, func() error {
		for i, got := range peer.Heard() {
			if text := message(request, want[i], "k", fmt.Sprint(i)); got != text {
				return fmt.Errorf("expected request %d to be %q, got %q", i+1, text, got)
			}
		}
		freed(len(peer.Heard()) == len(want))
		return nil
	})
}

// stopInCallback stops the layer in the callback of a request: of one that is answered, of one that times
// out, or of one that is lost; which is drawn. The others end, once each, and nothing is heard afterwards.
func (b bench) stopInCallback(w scenario.World) {
	node := b.node(w, 0, messaging.Config{Timeout: timeout}, nil)
	one, two := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	way := w.Rand().IntN(3) // 0: the peer answers, 1: it closes, 2: neither, and the time is up
	one.OnFrame = func(line *scenario.Line, got string) {
		if len(line.Frames) > 1 {
			return
		}
		switch way {
		case 0:
			line.Send("\x02" + got[1:5] + "\x00reply")
		case 1:
			one.Host.After(soon, line.Stream.Close)
		}
	}
	var others []*answer
	node.connect(two.Addr, "dial the other peer, and ask", func(id network.ConnID) {
		others = append(others, node.request(id, "k", ""))
	})
	stopped := false // where the shrinker leaves out the dial, nothing is expected
	w.At(later, node.addr, "dial, ask, and stop in the callback", func() {
		node.net.Dial(one.Addr, func(id network.ConnID, err error) {
			if err != nil {
				return
			}
			first := node.request(id, "k", "")
			first.then = func() {
				stopped = true
				node.stopsWithin(id, way == 1)
			}
			others = append(others, node.request(id, "k", ""))
		})
	})
	w.Ends(node.addr, msg7Closed, func() error {
		if !stopped {
			return nil
		}
		return cmp.Or(once(others), endedBy(others, "no reply", network.ErrClosed, messaging.ErrTimeout))
	})
}

// stopsWithin stops the layer in the callback of a request, and looks at what is left when Stop returns. Of a
// connection that is being lost other requests have still to be told, and may have their timers until then.
func (p *node) stopsWithin(id network.ConnID, losing bool) {
	p.msg.Stop()
	p.ended(msg7Unsent, "", network.ErrClosed, p.request(id, "k", "asked after Stop"))
	if u := p.w.Usage(p.addr); u.Listeners+u.Streams > 0 || u.Timers > 0 && !losing {
		p.w.Fail(scenario.NET11Left, "expected no timer, listener and stream after Stop, got %v", u)
	}
}

// closeSiblings has the end of one connection close the others, on which requests wait: in the disconnect
// event, or in the callback of a lost request; while a peer closes, or while the layer stops. Each request
// ends once.
func (b bench) closeSiblings(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	// Four scenarios in one: which of them is drawn.
	inEvent, stops := w.Rand().IntN(2) == 0, w.Rand().IntN(2) == 0
	var asked []*answer
	// Three connections, two requests on each: whoever ends first takes the others along.
	for range 3 {
		node.connect(peer.Addr, "dial and ask twice", func(id network.ConnID) {
			for range 2 {
				one := node.request(id, "k", "")
				if !inEvent {
					one.then = node.closeAll
				}
				asked = append(asked, one)
			}
		})
	}
	if inEvent {
		node.onDisconnected = func(network.ConnID) { node.closeAll() }
	}
	if stops {
		w.At(later, node.addr, "stop", func() { node.msg.Stop() })
	} else {
		w.At(later, peer.Addr, "close one of three", func() {
			if len(peer.Lines) > 0 {
				peer.Lines[0].Stream.Close()
			}
		})
	}
	w.Ends(node.addr, msg7Closed, func() error { return ended("", network.ErrClosed, asked...) })
	w.Ends(node.addr, scenario.NET6Life, func() error {
		if got := len(node.disconnected); got != len(node.connected) {
			return fmt.Errorf("expected one disconnect event of each of %d connections, got %d",
				len(node.connected), got)
		}
		return nil
	})
}

// closeInHandler has a handler close the connection that its message came on, and reply; and another one
// close the other connection. What was asked there is answered no more, and the rest goes on.
func (b bench) closeInHandler(w scenario.World) {
	var node *node
	node = b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "leave", func(from network.ConnID, _ []byte) ([]byte, bool) {
			node.net.Close(from)
			return []byte("too late"), true
		})
		b.mustHandle(w, m, "echo", echo("re "))
	})
	// The leaver's second request came in the same piece, after the one whose handler closes.
	leaver, stays := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	tell(leaver, node.addr, "ask in one piece", message(request, 1, "leave", ""), message(request, 2, "echo", "never"))
	w.At(soon, stays.Addr, "dial, and ask later", func() {
		stays.Dial(node.addr, func(line *scenario.Line) {
			stays.Host.After(later, func() { line.Send(message(request, 7, "echo", "hello")) })
		})
	})
	hears(stays, msg6Reply, message(response, 7, "", "re hello"))
	w.AtEnd(scenario.NET6Life, func() error {
		if got := leaver.Heard(); len(got) > 0 {
			return fmt.Errorf("expected silence on a connection that was closed, got %q", got)
		}
		return nil
	})
}

// askInHandler has a handler ask the peer whose request it handles, on the same connection, before it replies. The
// reply has the id of the peer's request, and the handler's own question gets the peer's answer.
func (b bench) askInHandler(w scenario.World) {
	var node *node
	var asked []*answer
	node = b.node(w, 0, messaging.Config{}, func(m messaging.Messaging) {
		b.mustHandle(w, m, "ask", func(from network.ConnID, _ []byte) ([]byte, bool) {
			asked = append(asked, node.request(from, "why", ""))
			return []byte("because"), true
		})
	})
	peer := scenario.NewRaw(w, 1, true)
	peer.OnFrame = func(line *scenario.Line, got string) {
		if got[0] == request {
			line.Send("\x02" + got[1:5] + "\x00so")
		}
	}
	tell(peer, node.addr, "ask", message(request, 9, "ask", ""))
	hears(peer, msg6Reply, message(request, 1, "why", ""), message(response, 9, "", "because"))
	w.Ends(node.addr, MSG7Ends, func() error { return ended("so", nil, asked...) })
}

// askInConnected asks in the connect event itself, and sends in the disconnect event: the first works, the
// second is refused.
func (b bench) askInConnected(w scenario.World) {
	node, peer := b.node(w, 0, messaging.Config{}, nil), scenario.NewRaw(w, 1, true)
	peer.OnFrame = func(line *scenario.Line, got string) {
		line.Send("\x02" + got[1:5] + "\x00reply")
		peer.Host.After(soon, line.Stream.Close)
	}
	var asked []*answer
	// Both a connection that the node dials and one that the peer dials have such an event.
	node.onConnected = func(id network.ConnID) { asked = append(asked, node.request(id, "k", "at once")) }
	node.onDisconnected = func(id network.ConnID) {
		if err := node.msg.Send(id, "k", nil); !only(err, network.ErrClosed) {
			w.Fail(scenario.NET8Closed, "expected ErrClosed for a message in the disconnect event, got %v", err)
		}
	}
	w.At(soon, node.addr, "dial", func() { node.net.Dial(peer.Addr, func(network.ConnID, error) {}) })
	w.At(soon, peer.Addr, "dial the node", func() { peer.Dial(node.addr, nil) })
	w.Ends(node.addr, MSG7Ends, func() error { return ended("reply", nil, asked...) })
}

// stopIdle stops a layer that never had a connection. The network below stops with it, and what is asked then ends
// with ErrClosed.
func (b bench) stopIdle(w scenario.World) {
	node := b.node(w, 0, messaging.Config{Timeout: timeout}, nil)
	w.At(soon, node.addr, "stop twice", func() {
		node.msg.Stop()
		node.msg.Stop()
		node.ended(msg7Unsent, "", network.ErrClosed, node.request(1, "k", "asked after Stop"))
		if u := w.Usage(node.addr); u != (scenario.Usage{}) {
			w.Fail(scenario.NET11Left, "expected nothing left open after Stop, got %v", u)
		}
	})
}
