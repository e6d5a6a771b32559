package networktest

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// outcome is what came of a dial: how often its callback ran, and what the last call said.
type outcome struct {
	calls int
	id    network.ConnID
	err   error
}

// dial lets the node dial, and checks the order of things: the callback comes once and not before Dial
// returns; the connect event of the same connection, our dial, comes right before it.
func (p *probe) dial(to network.Addr) *outcome {
	got := &outcome{}
	within, before := true, len(p.links)
	p.net.Dial(to, func(id network.ConnID, err error) {
		got.calls, got.id, got.err = got.calls+1, id, err
		// Between Dial and its callback one connect event at most may come on this node: the dial's own.
		switch last := len(p.links) - 1; {
		case got.calls > 1:
			p.w.Fail(net10Once, "expected that a dial calls back once, got call %d", got.calls)
		case err == nil && within:
			p.w.Fail(net6Dialled, "expected that a dial calls back later, got the call before Dial returned")
		case err == nil && (len(p.links) == before || p.links[last].id != id ||
			p.links[last].dialled == network.Theirs):
			p.w.Fail(NET7Dialler,
				"expected the connect event of connection %d, which says that the dial was ours, right before the "+
					"dial's callback, got none", id)
		}
	})
	within = false
	return got
}

// dial connects two nodes of the implementation and leaves them alone. Each side has to see one connect
// event, which says whose dial it was, and no disconnect event: nothing may end an idle connection.
func (b bench) dial(w scenario.World) {
	node, other := b.node(w, 0, scenario.NET6Life, network.Config{}), b.listener(w, 1, scenario.NET6Life)
	node.want, other.want = []string{}, []string{}
	var got *outcome
	w.At(soon, node.addr, "dial", func() { got = node.dial(other.addr) })
	w.By(later, scenario.NET6Life, func() error {
		if got == nil || got.calls != 1 || got.err != nil {
			return fmt.Errorf("expected that the dial calls back with a connection, got %+v", got)
		}
		if err := node.has(1)(); err != nil {
			return err
		}
		return other.has(1)()
	})
	// The other side of NET-7, that of who dialled, is checked in the dial's callback.
	w.Always(NET7Dialler, func() error {
		for _, conn := range other.links {
			if conn.dialled != network.Theirs {
				return errors.New("expected the connect event to say theirs where the peer dialled, got ours")
			}
		}
		return nil
	})
	w.Always(net6Lives, func() error {
		for _, conn := range append(node.links, other.links...) {
			if conn.over {
				return errors.New("expected that an idle connection lives, got a disconnect event")
			}
		}
		return nil
	})
}

// dialAndReceive has the peer write as soon as it accepts. The bytes can come before the node's dial
// calls back: they must wait for the connect event, and must not be lost.
func (b bench) dialAndReceive(w scenario.World) {
	node, peer := b.node(w, 0, net2Whole, network.Config{}), scenario.NewRaw(w, 1, true)
	// Written on accepting: the node may not even know yet that it is connected.
	node.want = []string{"as soon as", "it is open"}
	peer.OnOpen = func(l *scenario.Line) { l.Write(scenario.Frames(node.want...)) }
	w.At(soon, node.addr, "dial", func() { node.dial(peer.Addr) })
	w.By(later, scenario.NET6Life, node.has(1))
}

// manyConnections opens three connections each way; the raw peer then writes to each its number and
// closes one. If ids were mixed up, a message would come twice, or not at all, or the wrong connection
// would end.
func (b bench) manyConnections(w scenario.World) {
	node, peer := b.listener(w, 0, scenario.NET6Life), scenario.NewRaw(w, 1, true)
	for range 3 {
		w.At(soon, node.addr, "dial the peer", func() { node.dial(peer.Addr) })
		w.At(soon, peer.Addr, "dial the node", func() { peer.Dial(node.addr, nil) })
	}
	w.At(later, peer.Addr, "write to every connection, close one", func() {
		for i, l := range peer.Lines {
			l.Write(scenario.Frame(fmt.Sprint(i)))
		}
		if len(peer.Lines) > 0 {
			peer.Lines[0].Stream.Close()
		}
	})
	w.AtEnd(scenario.NET6Life, func() error {
		theirs, over, got := 0, 0, make(map[string]bool)
		for _, conn := range node.links {
			if conn.dialled == network.Theirs {
				theirs++
			}
			if conn.over {
				over++
			}
			for _, payload := range conn.copies {
				got[payload] = true
			}
		}
		if len(node.links) != 2*theirs || len(got) != len(node.links) || over != min(1, len(node.links)) {
			return fmt.Errorf("expected 3 connections dialled and 3 accepted, a message on each, 1 closed; "+
				"got %d, %d accepted, %d messages, %d closed",
				len(node.links), theirs, len(got), over)
		}
		return nil
	})
}

// dialRefused dials an address where nobody listens, and a text that is no address. Both have to report
// their own error, once, and neither may raise an event.
func (b bench) dialRefused(w scenario.World) {
	node := b.node(w, 0, net10NoEvent, network.Config{})
	outcomes := make(map[network.Addr]*outcome)
	nobody := w.Addr(1)
	for _, to := range []network.Addr{nobody, "not an address"} {
		w.At(soon, node.addr, "dial "+string(to), func() { outcomes[to] = node.dial(to) })
	}
	w.Always(net10NoEvent, func() error {
		if len(node.links) > 0 {
			return errors.New("expected no connect event of a dial that fails, got one")
		}
		return nil
	})
	w.AtEnd(scenario.NET10Dials, func() error {
		for to, want := range map[network.Addr]error{nobody: network.ErrRefused, "not an address": network.ErrBadAddr} {
			if o := outcomes[to]; o != nil && (o.calls != 1 || !scenario.Only(o.err, want)) {
				return fmt.Errorf("expected that the dial to %q reports once %q, got %d calls, error %v",
					to, want, o.calls, o.err)
			}
		}
		return nil
	})
}

// peerCloses has a peer write and, later, close in good order. The node has to tell of it as the peer's
// doing and without a reason, and only after the last message.
func (b bench) peerCloses(w scenario.World) {
	node, peer := b.listener(w, 0, scenario.NET6Life), scenario.NewRaw(w, 1, false)
	node.want = []string{"last words"}
	w.At(soon, peer.Addr, "dial, write and close", func() {
		peer.Dial(node.addr, func(line *scenario.Line) {
			line.Write(scenario.Frame("last words"))
			peer.Host.After(later/2, line.Stream.Close)
		})
	})
	w.By(end, NET7Ended, node.ended(0, network.Theirs, nil))
	w.By(end, scenario.NET6Life, node.has(1))
}

// linkFails breaks the link between two nodes that have one connection. Neither closed, so both have to
// see a disconnect event that says theirs, and the host's reason in it.
func (b bench) linkFails(w scenario.World) {
	node, other := b.node(w, 0, scenario.NET6Life, network.Config{}), b.listener(w, 1, scenario.NET6Life)
	w.At(soon, node.addr, "dial", func() { node.dial(other.addr) })
	// The reset must not come while only one side has the connection: then there is nothing to tell.
	failed := w.Sometimes("a link failed under a connection that both sides had")
	node.onDisconnected = func(*link) { failed(len(other.links) == 1) }
	w.Inject(scenario.Fault{Kind: scenario.Reset, At: later, A: []network.Addr{node.addr},
		B: []network.Addr{other.addr}})
	w.By(end, NET7Ended, node.ended(0, network.Theirs, network.ErrReset))
	w.By(end, NET7Ended, other.ended(0, network.Theirs, network.ErrReset))
}

// cutShort ends four streams inside a header, right after one, and inside a payload; each after a frame
// that is whole. The whole frame has to come, the torn one not, and the reason has to be ErrTruncated:
// the end was no good one, although the peer closed its stream in order.
func (b bench) cutShort(w scenario.World) {
	node, peer := b.listener(w, 0, net5Torn), scenario.NewRaw(w, 1, false)
	node.want = []string{"whole"}
	for i, torn := range []string{"\x00", "\x00\x00", "\x00\x00\x00\x05", "\x00\x00\x00\x05torn"} {
		w.At(soon, peer.Addr, fmt.Sprintf("write a frame and %d bytes of another, then close", len(torn)), func() {
			peer.Dial(node.addr, func(line *scenario.Line) {
				line.Write(scenario.Frame("whole"), []byte(torn))
				peer.Host.After(later/2+time.Duration(i)*time.Millisecond, line.Stream.Close)
			})
		})
	}
	// The order in which the streams are accepted is the network's, and all of them end alike.
	w.By(end, net5Torn, func() error {
		if err := node.has(4)(); err != nil {
			return err
		}
		for i := range node.links {
			if err := node.ended(i, network.Theirs, network.ErrTruncated)(); err != nil {
				return err
			}
		}
		return nil
	})
}
