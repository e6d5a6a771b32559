package networktest

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// outcome counts the calls of a dial's callback.
type outcome struct {
	calls int
	id    network.ConnID
	err   error
}

// dial lets the node dial, and checks the order of the callback and the connect event.
func (p *probe) dial(to network.Addr) *outcome {
	o := &outcome{}
	within, before := true, len(p.links)
	p.net.Dial(to, func(id network.ConnID, err error) {
		o.calls, o.id, o.err = o.calls+1, id, err
		switch last := len(p.links) - 1; {
		case o.calls > 1:
			p.w.Fail("NET-10", "expected that a dial calls back once, got call %d", o.calls)
		case err == nil && within:
			p.w.Fail("NET-6", "expected that a dial calls back later, got the call before Dial returned")
		case err == nil && (len(p.links) == before || p.links[last].id != id || p.links[last].incoming):
			p.w.Fail("NET-7", "expected the connect event of connection %d with incoming=false right before the dial's callback, got none", id)
		}
	})
	within = false
	return o
}

func (b bench) dial(w scenario.World) {
	node, other := b.node(w, 0, "NET-6", network.Config{}), b.listener(w, 1, "NET-6")
	node.want, other.want = []string{}, []string{}
	var o *outcome
	w.At(soon, node.addr, "dial", func() { o = node.dial(other.addr) })
	w.By(later, "NET-6", func() error {
		if o == nil || o.calls != 1 || o.err != nil {
			return fmt.Errorf("expected that the dial calls back with a connection, got %+v", o)
		}
		if err := node.has(1)(); err != nil {
			return err
		}
		return other.has(1)()
	})
	w.Always("NET-7", func() error {
		for _, l := range other.links {
			if !l.incoming {
				return errors.New("expected incoming=true where the peer dialled, got false")
			}
		}
		return nil
	})
	w.Always("NET-6", func() error {
		for _, l := range append(node.links, other.links...) {
			if l.over {
				return errors.New("expected that an idle connection lives, got a disconnect event")
			}
		}
		return nil
	})
}

func (b bench) dialAndReceive(w scenario.World) {
	node, peer := b.node(w, 0, "NET-2", network.Config{}), scenario.NewRaw(w, 1, true)
	node.want = []string{"as soon as", "it is open"}
	peer.OnOpen = func(l *scenario.Line) { l.Write(scenario.Frames(node.want...)) }
	w.At(soon, node.addr, "dial", func() { node.dial(peer.Addr) })
	w.By(later, "NET-6", node.has(1))
}

// manyConnections opens three connections each way; the raw peer then writes to each its number
// and closes one.
func (b bench) manyConnections(w scenario.World) {
	node, peer := b.listener(w, 0, "NET-6"), scenario.NewRaw(w, 1, true)
	for range 3 {
		w.At(soon, node.addr, "dial the peer", func() { node.dial(peer.Addr) })
		w.At(soon, peer.Addr, "dial the node", func() { peer.Dial("NET-6", node.addr, nil) })
	}
	w.At(later, peer.Addr, "write to every connection, close one", func() {
		for i, l := range peer.Lines {
			l.Write(scenario.Frame(fmt.Sprint(i)))
		}
		if len(peer.Lines) > 0 {
			peer.Lines[0].Stream.Close()
		}
	})
	w.AtEnd("NET-6", func() error {
		incoming, over, got := 0, 0, make(map[string]bool)
		for _, l := range node.links {
			if l.incoming {
				incoming++
			}
			if l.over {
				over++
			}
			for _, payload := range l.copies {
				got[payload] = true
			}
		}
		if len(node.links) != 2*incoming || len(got) != len(node.links) || over != min(1, len(node.links)) {
			return fmt.Errorf("expected 3 connections dialled and 3 accepted, a message on each, 1 closed; got %d, %d accepted, %d messages, %d closed",
				len(node.links), incoming, len(got), over)
		}
		return nil
	})
}

func (b bench) dialRefused(w scenario.World) {
	node := b.node(w, 0, "NET-10", network.Config{})
	outcomes := make(map[network.Addr]*outcome)
	nobody := w.Addr(1)
	for _, to := range []network.Addr{nobody, "not an address"} {
		w.At(soon, node.addr, "dial "+string(to), func() { outcomes[to] = node.dial(to) })
	}
	w.Always("NET-10", func() error {
		if len(node.links) > 0 {
			return errors.New("expected no connect event of a dial that fails, got one")
		}
		return nil
	})
	w.AtEnd("NET-10", func() error {
		for to, want := range map[network.Addr]error{nobody: network.ErrRefused, "not an address": network.ErrBadAddr} {
			if o := outcomes[to]; o != nil && (o.calls != 1 || !scenario.Only(o.err, want)) {
				return fmt.Errorf("expected that the dial to %q reports once %q, got %d calls, error %v", to, want, o.calls, o.err)
			}
		}
		return nil
	})
}

func (b bench) peerCloses(w scenario.World) {
	node, peer := b.listener(w, 0, "NET-6"), scenario.NewRaw(w, 1, false)
	node.want = []string{"last words"}
	w.At(soon, peer.Addr, "dial, write and close", func() {
		peer.Dial("NET-6", node.addr, func(l *scenario.Line) {
			l.Write(scenario.Frame("last words"))
			peer.Host.After(later/2, l.Stream.Close)
		})
	})
	w.By(end, "NET-7", node.ended(0, true, nil))
	w.By(end, "NET-6", node.has(1))
}

func (b bench) linkFails(w scenario.World) {
	node, other := b.node(w, 0, "NET-6", network.Config{}), b.listener(w, 1, "NET-6")
	w.At(soon, node.addr, "dial", func() { node.dial(other.addr) })
	failed := w.Sometimes("a link failed under a connection that both sides had")
	node.onDisconnected = func(*link) { failed(len(other.links) == 1) }
	w.Inject(scenario.Fault{Kind: scenario.Reset, At: later, A: []network.Addr{node.addr}, B: []network.Addr{other.addr}})
	w.By(end, "NET-7", node.ended(0, true, network.ErrReset))
	w.By(end, "NET-7", other.ended(0, true, network.ErrReset))
}

// cutShort ends two streams inside a header, one right after it and one inside a payload; each after
// a frame that is whole.
func (b bench) cutShort(w scenario.World) {
	node, peer := b.listener(w, 0, "NET-5"), scenario.NewRaw(w, 1, false)
	node.want = []string{"whole"}
	for i, torn := range []string{"\x00", "\x00\x00", "\x00\x00\x00\x05", "\x00\x00\x00\x05torn"} {
		w.At(soon, peer.Addr, fmt.Sprintf("write a frame and %d bytes of another, then close", len(torn)), func() {
			peer.Dial("NET-6", node.addr, func(l *scenario.Line) {
				l.Write(scenario.Frame("whole"), []byte(torn))
				peer.Host.After(later/2+time.Duration(i)*time.Millisecond, l.Stream.Close)
			})
		})
	}
	w.By(end, "NET-5", func() error {
		if err := node.has(4)(); err != nil {
			return err
		}
		for i := range node.links {
			if err := node.ended(i, true, network.ErrTruncated)(); err != nil {
				return err
			}
		}
		return nil
	})
}
