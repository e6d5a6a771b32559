package networktest

import (
	"errors"
	"fmt"

	"strata/network"
	"strata/scenario"
)

// closeInConnected closes each connection in its own connect event, whoever dialled it, while the peer
// writes at once. A connection that ends there has one disconnect event and delivers nothing, and the
// dial's callback runs once all the same: with the id, which is closed by then, or with ErrClosed.
func (b bench) closeInConnected(w scenario.World) {
	node, peer := b.listener(w, 0, scenario.NET6Life), scenario.NewRaw(w, 1, true)
	peer.OnOpen = func(line *scenario.Line) { line.Write(scenario.Frames("never", "heard")) }
	node.want = []string{}
	node.onConnected = func(conn *link) {
		node.net.Close(conn.id)
		if !conn.over {
			w.Fail(NET6Close, "expected the disconnect event before Close returns, got none")
		}
	}
	calls := 0
	w.At(soon, node.addr, "dial", func() {
		node.net.Dial(peer.Addr, func(id network.ConnID, err error) {
			calls++
			if err != nil && !scenario.Only(err, network.ErrClosed) {
				w.Fail(scenario.NET10Dials, "expected the dial's id, or ErrClosed, got %v", err)
			}
		})
	})
	w.At(soon, peer.Addr, "dial the node", func() { peer.Dial(node.addr, nil) })
	w.AtEnd(NET6Close, func() error {
		if len(node.links) == 0 {
			return nil
		}
		for i := range node.links {
			if err := node.ended(i, network.Ours, nil)(); err != nil {
				return err
			}
		}
		return hung(peer, len(peer.Lines))()
	})
	w.Ends(node.addr, net10Once, func() error {
		if calls > 1 {
			return fmt.Errorf("expected that a dial calls back once, got %d calls", calls)
		}
		return nil
	})
}

// stopInConnected stops the layer in the connect event of a dial, or of a stream that a peer opened; which
// one is drawn. The other connection ends, the dial's callback runs once, and nothing is heard after it.
func (b bench) stopInConnected(w scenario.World) {
	node, peer := b.listener(w, 0, net11Silence), scenario.NewRaw(w, 1, true)
	peer.OnOpen = func(line *scenario.Line) { line.Write(scenario.Frame("early")) }
	stopAt := []network.Side{network.Ours, network.Theirs}[w.Rand().IntN(2)]
	calls, stopped := 0, false
	node.onConnected = func(conn *link) {
		if conn.dialled != stopAt {
			return
		}
		stopped = true
		node.stopWithin()
	}
	for range 2 {
		w.At(soon, node.addr, "dial", func() {
			node.net.Dial(peer.Addr, func(network.ConnID, error) { calls++ })
		})
		w.At(soon, peer.Addr, "dial the node", func() { peer.TryDial(node.addr, nil) })
	}
	w.Ends(node.addr, net10Once, func() error {
		if calls > 2 {
			return fmt.Errorf("expected that each of 2 dials calls back once, got %d calls", calls)
		}
		return nil
	})
	w.AtEnd(scenario.NET11Left, func() error {
		if !stopped {
			return nil
		}
		return idle(w, node.addr)()
	})
}

// stopInCallback stops the layer in the callback of a dial: of one that connects, or of one that fails; which is
// drawn. That dial has called back, and does not do so again. The two others end as if they had been under way.
func (b bench) stopInCallback(w scenario.World) {
	node, peer := b.listener(w, 0, net11Silence), scenario.NewRaw(w, 1, true)
	to := []network.Addr{peer.Addr, w.Addr(2)}[w.Rand().IntN(2)]
	// Three dials, of which the first that calls back stops the layer.
	calls, stopped := make([]int, 3), false
	for i := range calls {
		w.At(soon, node.addr, "dial, and stop in the callback", func() {
			node.net.Dial(to, func(network.ConnID, error) {
				calls[i]++
				if !stopped {
					stopped = true
					node.stopWithin()
				}
			})
		})
	}
	w.Ends(node.addr, net10Once, func() error {
		for _, n := range calls {
			if n > 1 {
				return fmt.Errorf("expected that each dial calls back once, also one that stops, got %d calls", n)
			}
		}
		return nil
	})
	w.AtEnd(net11Dials, func() error {
		for _, n := range calls {
			if stopped && n == 0 {
				return errors.New("expected that Stop ends the dials under way, got one that never called back")
			}
		}
		return nil
	})
}

// stopInDisconnected stops the layer in the disconnect event of one of three connections, which the peer closed or
// the node; which is drawn. The layer is in the middle of ending that one: it is gone all the same when Stop returns.
func (b bench) stopInDisconnected(w scenario.World) {
	node, peer := b.listener(w, 0, net11Silence), scenario.NewRaw(w, 1, true)
	for range 3 {
		w.At(soon, peer.Addr, "dial the node", func() { peer.Dial(node.addr, nil) })
	}
	stopped := false
	node.onDisconnected = func(*link) {
		if !stopped {
			stopped = true
			node.onDisconnected = nil
			node.stopWithin()
		}
	}
	if w.Rand().IntN(2) == 0 {
		w.At(later, node.addr, "close one of three", func() {
			if len(node.links) > 0 {
				node.net.Close(node.links[0].id)
			}
		})
	} else {
		w.At(later, peer.Addr, "close one of three", func() {
			if len(peer.Lines) > 0 {
				peer.Lines[0].Stream.Close()
			}
		})
	}
	w.AtEnd(scenario.NET11Left, func() error {
		if !stopped {
			return nil
		}
		return idle(w, node.addr)()
	})
}

// stopWithin stops the layer within one of its own callbacks, and looks at what is left as soon as Stop returns.
func (p *probe) stopWithin() {
	p.net.Stop()
	p.silent(p.w)
	if u := p.w.Usage(p.addr); u.Listeners+u.Streams+u.Timers > 0 {
		p.w.Fail(scenario.NET11Left, "expected no listener, stream and timer after Stop, got %v", u)
	}
}

// closeSibling has the disconnect event of one connection close all others, which close each other in
// turn: when a peer closes, or when the layer stops; which is drawn. Each connection has one disconnect
// event. A layer that ranges over its own table meanwhile finds connections that are gone.
func (b bench) closeSibling(w scenario.World) {
	node, peer := b.listener(w, 0, scenario.NET6Life), scenario.NewRaw(w, 1, true)
	stops := w.Rand().IntN(2) == 0
	for range 4 {
		w.At(soon, peer.Addr, "dial the node", func() { peer.Dial(node.addr, nil) })
	}
	node.onDisconnected = func(*link) {
		for _, other := range node.links {
			node.net.Close(other.id)
		}
	}
	if stops {
		w.At(later, node.addr, "stop", func() {
			node.net.Stop()
			node.silent(w)
		})
	} else {
		w.At(later, peer.Addr, "close one of four", func() {
			if len(peer.Lines) > 0 {
				peer.Lines[0].Stream.Close()
			}
		})
	}
	w.AtEnd(scenario.NET6Life, func() error {
		for i, conn := range node.links {
			if !conn.over {
				return fmt.Errorf("expected that connection %d of %d is over, got no disconnect event",
					i+1, len(node.links))
			}
		}
		return nil
	})
}

// closeOther has a message on one connection close the other ones, which have more to deliver, in pieces
// that are there already. Nothing of them may come any longer, and the connection that did it goes on.
func (b bench) closeOther(w scenario.World) {
	node, peer := b.listener(w, 0, scenario.NET6Life), scenario.NewRaw(w, 1, false)
	for range 3 {
		w.At(soon, peer.Addr, "dial the node", func() { peer.Dial(node.addr, nil) })
	}
	w.At(later, peer.Addr, "write to all", func() {
		for _, line := range peer.Lines {
			line.Write(scenario.Frames("one", "two", "three"))
		}
	})
	var first *link
	node.onReceived = func(conn *link, _ []byte) {
		if first == nil {
			first = conn
			for _, other := range node.links {
				if other != conn {
					node.net.Close(other.id)
				}
			}
		}
	}
	w.Ends(node.addr, net6Lives, func() error {
		if first != nil && (first.over || len(first.got) != 3) {
			return fmt.Errorf("expected that the connection that closed the others delivers 3 messages and lives, "+
				"got %d messages, over %t", len(first.got), first.over)
		}
		return nil
	})
}

// startInUse starts a second layer at the address of the first. It must not claim to listen, and must not
// take anything from the first, which accepts as before.
func (b bench) startInUse(w scenario.World) {
	node, peer := b.listener(w, 0, net10Alone), scenario.NewRaw(w, 1, false)
	node.want = []string{"for the first"}
	w.At(soon/2, node.addr, "start a second layer at the same address", func() {
		cfg := scenario.Complete(network.Config{Listen: node.addr})
		if err := b.stack.NewNetwork(node.host, cfg).Start(nobody{w}); !scenario.Only(err, network.ErrAddrInUse) {
			w.Fail(scenario.NET10InUse, "expected ErrAddrInUse of Start where somebody listens, got %v", err)
		}
	})
	w.At(soon, peer.Addr, "dial and write", func() {
		peer.Dial(node.addr, func(line *scenario.Line) { line.Write(scenario.Frame("for the first")) })
	})
	w.By(end, net10Alone, node.has(1))
}

// nobody is the handler of a layer that has not started.
type nobody struct{ w scenario.World }

// Connected must not be.
func (n nobody) Connected(network.ConnID, network.Side) {
	n.w.Fail(scenario.NET10InUse, "expected no event of a layer that did not start, got a connect event")
}

// Received must not be.
func (n nobody) Received(network.ConnID, []byte) {}

// Disconnected must not be.
func (n nobody) Disconnected(network.ConnID, network.Side, error) {}

// dialInCallback dials again in the callback of a dial, of one that connects and of one that fails. Each
// calls back once.
func (b bench) dialInCallback(w scenario.World) {
	node, peer := b.node(w, 0, scenario.NET10Dials, network.Config{}), scenario.NewRaw(w, 1, true)
	var second *outcome
	firsts := 0
	w.At(soon, node.addr, "dial, and dial in the callback", func() {
		node.net.Dial(peer.Addr, func(network.ConnID, error) {
			firsts++
			second = node.dial(peer.Addr)
		})
	})
	w.At(soon, node.addr, "dial nobody, and dial in the callback", func() {
		node.net.Dial(w.Addr(2), func(network.ConnID, error) {
			node.net.Dial(w.Addr(2), func(network.ConnID, error) {})
		})
	})
	w.Ends(node.addr, scenario.NET10Dials, func() error {
		if second != nil && (firsts != 1 || second.calls != 1 || second.err != nil) {
			return fmt.Errorf("expected that a dial made in a dial's callback connects, got %d and %d calls, error %v",
				firsts, second.calls, second.err)
		}
		return nil
	})
}
