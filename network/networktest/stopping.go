package networktest

import (
	"errors"
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// silent checks that every connection is over and that the node's handler hears nothing from now
// on.
func (p *probe) silent(w scenario.World) {
	p.onReceived = func(*link, []byte) {
		w.Fail("NET-11", "expected silence after Stop, got a message")
	}
	p.onConnected = func(*link) { w.Fail("NET-11", "expected silence after Stop, got a connect event") }
	p.onDisconnected = func(*link) { w.Fail("NET-11", "expected silence after Stop, got a disconnect event") }
	for i, l := range p.links {
		if !l.over {
			w.Fail("NET-11", "expected that Stop closes every connection, got number %d of %d still open", i+1, len(p.links))
		}
	}
}

// idle checks that the node's host has nothing open any more.
func idle(w scenario.World, node network.Addr) func() error {
	return func() error {
		if u := w.Usage(node); u != (scenario.Usage{}) {
			return fmt.Errorf("expected nothing left open on the host, got %v", u)
		}
		return nil
	}
}

// stop: the node has accepted two connections and dialled one.
func (b bench) stop(w scenario.World) {
	node, peer := b.listener(w, 0, "NET-11"), scenario.NewRaw(w, 1, true)
	peer.OnOpen = func(l *scenario.Line) { // writes before, at and after Stop
		for i := range 10 {
			peer.Host.After(time.Duration(i)*soon, func() { l.Write(scenario.Frame("hello?")) })
		}
	}
	w.At(soon, peer.Addr, "dial twice", func() {
		peer.Dial("NET-6", node.addr, nil)
		peer.Dial("NET-6", node.addr, nil)
	})
	node.connect(peer.Addr, "dial", func(network.ConnID) {})
	stopped := false
	w.At(later, node.addr, "stop twice", func() {
		node.net.Stop()
		stopped = true
		for i := range node.links {
			if err := node.ended(i, false, nil)(); err != nil {
				w.Fail("NET-11", "at Stop, of connection %d of %d: %v", i+1, len(node.links), err)
			}
		}
		node.silent(w)
		node.net.Stop()
		if u := w.Usage(node.addr); u.Listeners+u.Streams > 0 {
			w.Fail("NET-11", "expected no listener and no stream after Stop, got %d and %d", u.Listeners, u.Streams)
		}
	})
	w.At(later+soon, peer.Addr, "dial the stopped node", func() {
		peer.Host.Dial(node.addr, func(_ network.Stream, err error) {
			if stopped && !errors.Is(err, network.ErrRefused) {
				w.Fail("NET-11", "expected that a stopped node refuses, got %v", err)
			}
		})
	})
	w.At(later+soon, node.addr, "use the stopped layer", func() {
		if !stopped {
			return
		}
		for _, l := range node.links {
			node.send("NET-8", l.id, "too late", network.ErrClosed)
			node.net.Close(l.id)
		}
		if o := node.dial(peer.Addr); o.calls != 1 || !scenario.Only(o.err, network.ErrClosed) {
			w.Fail("NET-11", "expected that a dial of a stopped layer ends with ErrClosed at once, got %d calls, error %v", o.calls, o.err)
		}
	})
	w.AtEnd("NET-11", func() error {
		if !stopped {
			return nil
		}
		return idle(w, node.addr)()
	})
}

// stopDuringDial stops while two dials are under way, one of which would fail.
func (b bench) stopDuringDial(w scenario.World) {
	node, peer := b.node(w, 0, "NET-11", network.Config{}), scenario.NewRaw(w, 1, true)
	w.At(soon, node.addr, "dial and stop", func() {
		outcomes := []*outcome{node.dial(peer.Addr), node.dial(w.Addr(2))}
		node.net.Stop()
		for _, o := range outcomes {
			if o.calls != 1 || !scenario.Only(o.err, network.ErrClosed) {
				w.Fail("NET-11", "expected that Stop ends a dial with ErrClosed, got %d calls, error %v", o.calls, o.err)
			}
		}
		node.silent(w)
	})
	w.AtEnd("NET-11", idle(w, node.addr))
	w.AtEnd("NET-11", func() error { return hung(peer, len(peer.Lines))() })
}

func (b bench) stopInAHandler(w scenario.World) {
	node := b.feed(w, "NET-11", []string{"one"}, scenario.Frames("one", "two", "three"))
	node.onReceived = func(*link, []byte) {
		node.net.Stop()
		node.silent(w)
	}
	w.By(end, "NET-11", idle(w, node.addr))
	w.By(end, "NET-11", node.ended(0, false, nil))
}
