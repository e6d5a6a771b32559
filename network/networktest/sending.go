package networktest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/network"
	"strata/scenario"
)

// connect lets the node dial soon and calls then with the connection's id.
func (p *probe) connect(to network.Addr, what string, then func(id network.ConnID)) {
	p.w.At(soon, p.addr, what, func() {
		p.net.Dial(to, func(id network.ConnID, err error) {
			if err != nil {
				p.w.Fail(scenario.NET10Dials, "expected that %s can be dialled, got %v", to, err)
				return
			}
			then(id)
		})
	})
}

// send sends and expects an error of this kind; nil: none. Other errors of layer 1 must not be in it:
// a caller could not tell what to do.
func (p *probe) send(c scenario.Clause, id network.ConnID, payload string, want error) {
	if err := p.net.Send(id, []byte(payload)); !scenario.Only(err, want) {
		p.w.Fail(c, "expected that sending %s returns %v, got %v", show([]byte(payload)), want, err)
	}
}

// sentBytes compares all bytes that the raw peer gets with frames that the scenario writes itself, from
// the empty one to one that no host sends in a piece. A node whose two halves are wrong alike
// understands itself; this peer does not understand it.
func (b bench) sentBytes(w scenario.World) {
	node, peer := b.node(w, 0, scenario.NET8Sends, network.Config{}), scenario.NewRaw(w, 1, true)
	payloads := []string{"hello", "", text(1, 300), text(2, 70_000), "end"}
	sent := append([]byte("\x00\x00\x00\x05hello"), scenario.Frames(payloads[1:]...)...)
	node.connect(peer.Addr, "dial and send", func(id network.ConnID) {
		for _, payload := range payloads {
			node.send(scenario.NET8Sends, id, payload, nil)
		}
	})
	w.Always(net1Frame, never(peer, sent))
	w.By(end, scenario.NET8Sends, reads(peer, sent))
}

// sendTooBig sends one byte more than MaxFrame between messages that are allowed, and once more later.
// The refused one must leave no byte on the wire, not its header either, and the connection has to go
// on.
func (b bench) sendTooBig(w scenario.World) {
	node, peer := b.node(w, 0, scenario.NET8TooBig, network.Config{MaxFrame: 1000}), scenario.NewRaw(w, 1, true)
	sent := scenario.Frames("before", text(1, 1000), "after")
	node.connect(peer.Addr, "dial and send", func(id network.ConnID) {
		node.send(scenario.NET8Sends, id, "before", nil)
		node.send(scenario.NET8TooBig, id, text(2, 1001), network.ErrFrameTooBig)
		node.send(scenario.NET8Sends, id, text(1, 1000), nil)
		node.host.After(later/2, func() { node.send(scenario.NET8TooBig, id, "after", nil) })
	})
	w.Always(scenario.NET8TooBig, never(peer, sent))
	w.By(end, scenario.NET8TooBig, reads(peer, sent))
}

// sendWhenClosed sends on an id that never was, on a connection that the node closed a moment ago, on
// one that the peer closed, and in the disconnect event itself. All of it is ErrClosed.
func (b bench) sendWhenClosed(w scenario.World) {
	node, peer := b.node(w, 0, scenario.NET8Closed, network.Config{}), scenario.NewRaw(w, 1, true)
	// The first connection is closed by the node, the second one by the peer.
	node.connect(peer.Addr, "dial, close and send", func(id network.ConnID) {
		node.send(scenario.NET8Closed, id+1000, "to nobody", network.ErrClosed)
		node.net.Close(id)
		node.send(scenario.NET8Closed, id, "too late", network.ErrClosed)
	})
	node.connect(peer.Addr, "dial, and send when the peer has closed", func(id network.ConnID) {
		node.host.After(later, func() { node.send(scenario.NET8Closed, id, "too late", network.ErrClosed) })
	})
	w.At(later/2, peer.Addr, "close", func() {
		for _, l := range peer.Lines {
			l.Stream.Close()
		}
	})
	node.onDisconnected = func(l *link) {
		node.send(scenario.NET8Closed, l.id, "in the disconnect event",
			network.ErrClosed)
	}
}

// weClose closes when the first message comes, twice, while the peer goes on writing. The disconnect
// event is due before Close returns, and what is still under way must not be delivered; the handler of
// that event closes once more, which does nothing.
func (b bench) weClose(w scenario.World) {
	node, peer := b.node(w, 0, scenario.NET6Life, network.Config{}), scenario.NewRaw(w, 1, true)
	peer.OnOpen = func(line *scenario.Line) {
		for i := range 20 {
			peer.Host.After(time.Duration(i)*later/20, func() { line.Write(scenario.Frame("still here")) })
		}
	}
	node.connect(peer.Addr, "dial, close when a message comes", func(network.ConnID) {})
	node.onReceived = func(conn *link, _ []byte) {
		// The probe fails the run by itself if another message comes after this.
		node.net.Close(conn.id)
		if !conn.over {
			w.Fail(NET6Close, "expected the disconnect event before Close returns, got none")
		}
		node.net.Close(conn.id)
	}
	node.onDisconnected = func(l *link) { node.net.Close(l.id) }
	w.By(end, NET7Ended, node.ended(0, network.Ours, nil))
	w.By(end, NET6Close, func() error {
		if len(peer.Lines) == 0 || !peer.Lines[0].Over {
			return errors.New("expected that the peer's stream ends, got none that ended")
		}
		return nil
	})
}

// closeBetweenMessages closes when the second of four messages is handed over. All four came in one
// piece, so the node has the others in hand already, and must keep them to itself.
func (b bench) closeBetweenMessages(w scenario.World) {
	node := b.feed(w, scenario.NET6Life, []string{"one", "two"}, scenario.Frames("one", "two", "three", "four"))
	node.onReceived = func(conn *link, _ []byte) {
		if len(conn.got) == 2 {
			node.net.Close(conn.id)
		}
	}
	w.By(end, NET7Ended, node.ended(0, network.Ours, nil))
}

// conversation has both sides send 20 messages each over a second, in pieces that the network draws; a
// reset may end it. Whatever was delivered was right and in order, which the probes check; on a
// connection that lives to the end everything was delivered.
func (b bench) conversation(w scenario.World) {
	b.wrap = cuts(w)
	dialler, listener := b.node(w, 0, net2Whole, network.Config{}), b.listener(w, 1, net2Whole)
	rng := w.Rand()
	cutOff := w.Sometimes("a link failed with messages heard and messages still to come")
	for _, p := range []*probe{dialler, listener} {
		for i := range 20 {
			p.want = append(p.want, text(i, rng.IntN(1+rng.IntN(3000))))
		}
	}
	// Each side sends what the other wants, spread over half of the run, so that a reset meets messages
	// under way in both directions.
	say := func(from, to *probe) func(*link) {
		return func(conn *link) {
			for i, payload := range to.want {
				from.host.After(time.Duration(i)*later/40, func() {
					if !conn.over {
						from.send(scenario.NET8Sends, conn.id, payload, nil)
					}
				})
			}
		}
	}
	dialler.onConnected, listener.onConnected = say(dialler, listener), say(listener, dialler)
	dialler.onDisconnected = func(l *link) { cutOff(len(l.got) > 0 && len(l.got) < len(dialler.want)) }
	w.At(soon, dialler.addr, "dial", func() { dialler.net.Dial(listener.addr, func(network.ConnID, error) {}) })
	// A connection that failed, or never came about, owes nothing more.
	whole := func(p *probe) func() error {
		return func() error {
			if len(p.links) == 0 || p.links[0].over || len(p.links[0].got) == len(p.want) {
				return nil
			}
			return fmt.Errorf("expected all %d messages on a connection that lives, got %d",
				len(p.want), len(p.links[0].got))
		}
	}
	w.AtEnd(net2Whole, whole(dialler))
	w.AtEnd(net2Whole, whole(listener))
}

// slowPeer stalls the link to one of two peers and sends it exactly MaxQueued bytes, headers included,
// which is allowed, or three less; which is drawn. One empty message more is too much, by its header: in the second
// case by a single byte. Send itself says so, and the disconnect event has come when it returns. A message over
// MaxFrame never waits, and closes nothing. The other peer is sent to in between, and gets it at once.
func (b bench) slowPeer(w scenario.World) {
	const maxQueued, size = 20_000, 996
	rest := w.Rand().IntN(2)
	node := b.node(w, 0, net9Slow, network.Config{MaxQueued: maxQueued})
	slow, quick := scenario.NewRaw(w, 1, true), scenario.NewRaw(w, 2, true)
	var toSlow, toQuick network.ConnID
	node.connect(slow.Addr, "dial the slow peer", func(id network.ConnID) { toSlow = id })
	node.connect(quick.Addr, "dial the quick peer", func(id network.ConnID) { toQuick = id })
	w.Inject(scenario.Fault{Kind: scenario.Stall, At: later - soon, For: end, A: []network.Addr{node.addr},
		B: []network.Addr{slow.Addr}})
	full := w.Sometimes("as many bytes waited as MaxQueued allows, and a header more found no room")
	node.onDisconnected = func(l *link) {
		full(l.id == toSlow && scenario.Only(l.reason, network.ErrSlowPeer))
		if l.id == toSlow && l.ended == network.Theirs {
			w.Fail(NET7Ended, "expected a disconnect event that says that we closed, got one that says the peer did")
		}
	}
	w.At(later, node.addr, "send to the slow peer until it is closed", func() {
		for i := range maxQueued/(size+4) - 1 {
			node.send(net9Slow, toSlow, text(i, size), nil)
		}
		node.send(net9Slow, toSlow, text(0, size-3*rest), nil)
		node.send(scenario.NET8TooBig, toSlow, strings.Repeat("!", 1<<20+1), network.ErrFrameTooBig)
		node.send(scenario.NET8Sends, toQuick, "at once", nil)
		node.send(net9Slow, toSlow, "", network.ErrSlowPeer) // its header is too many
		if l := node.byID[toSlow]; l != nil && !l.over {
			w.Fail(net9Slow, "expected the disconnect event before Send returns, got none")
		}
		node.send(net9Slow, toSlow, "no more", network.ErrClosed)
	})
	w.By(later+2*soon, net9Others, reads(quick, scenario.Frame("at once")))
	w.By(end, net9Slow, func() error {
		for i, conn := range node.links {
			if conn.id == toSlow {
				return node.ended(i, network.Ours, network.ErrSlowPeer)()
			}
		}
		return errors.New("expected a connection to the slow peer, got none")
	})
}

// stays checks that bytes of the caller's are what they were.
func stays(what string, now, before []byte) func() error {
	return func() error {
		if !bytes.Equal(now, before) {
			return fmt.Errorf("expected that %s stays as it was, got it modified%s", what,
				scenario.SideBySide(before, now))
		}
		return nil
	}
}

// sharedPayload sends one slice to two peers, with room behind it that is not the layer's. A node that
// writes its header into that room, or encrypts in place, or appends, spoils what the other connection
// still has to send.
func (b bench) sharedPayload(w scenario.World) {
	node, one, two := b.node(w, 0, scenario.NET12Same, network.Config{}), scenario.NewRaw(w, 1, true),
		scenario.NewRaw(w, 2, true)
	payload := make([]byte, 100, 200)
	copy(payload, text(1, 100))
	room := payload[:cap(payload)] // with what is behind it
	before := bytes.Clone(room)
	for _, peer := range []*scenario.Raw{one, two} {
		node.connect(peer.Addr, "dial and send the payload", func(id network.ConnID) {
			if err := node.net.Send(id, payload); err != nil {
				w.Fail(scenario.NET8Sends, "expected that a payload is sent, got %v", err)
			}
		})
		w.By(end, scenario.NET12Same, reads(peer, scenario.Frame(text(1, 100))))
	}
	w.Always(scenario.NET12Same, stays("the payload", payload, before[:len(payload)]))
	w.Always(net12Behind, stays("the room behind the payload", room[len(payload):], before[len(payload):]))
}
