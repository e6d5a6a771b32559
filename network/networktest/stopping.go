package networktest

import (
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// silent checks that every connection is over and that the node's handler hears nothing from now on. It is
// called right after Stop, or within the callback that stopped.
func (p *probe) silent(w scenario.World) {
	p.onReceived = func(*link, []byte) {
		w.Fail(net11Silence, "expected silence after Stop, got a message")
	}
	p.onConnected = func(*link) { w.Fail(net11Silence, "expected silence after Stop, got a connect event") }
	p.onDisconnected = func(*link) { w.Fail(net11Silence, "expected silence after Stop, got a disconnect event") }
	for i, conn := range p.links {
		if !conn.over {
			w.Fail(net11Closes, "expected that Stop closes every connection, got number %d of %d still open",
				i+1, len(p.links))
		}
	}
}

// idle checks that the node's host has nothing open any longer: no timer, dial, stream or listener.
func idle(w scenario.World, node network.Addr) func() error {
	return func() error {
		if u := w.Usage(node); u != (scenario.Usage{}) {
			return fmt.Errorf("expected nothing left open on the host, got %v", u)
		}
		return nil
	}
}

// stop ends a node that has accepted two connections and dialled one, while the peer writes before, at
// and after that moment. Stop has to tell of every connection before it returns, close the listener and
// the streams, and be silent then. What is used afterwards says ErrClosed, a second Stop does nothing,
// and at the end the host holds nothing that was the layer's.
func (b bench) stop(w scenario.World) {
	node, peer := b.listener(w, 0, net11Silence), scenario.NewRaw(w, 1, true)
	peer.OnOpen = func(line *scenario.Line) { // writes before, at and after Stop
		for i := range 10 {
			peer.Host.After(time.Duration(i)*soon, func() { line.Write(scenario.Frame("hello?")) })
		}
	}
	w.At(soon, peer.Addr, "dial twice", func() {
		peer.Dial(node.addr, nil)
		peer.Dial(node.addr, nil)
	})
	node.connect(peer.Addr, "dial", func(network.ConnID) {})
	// Where a shrinker leaves out the stop, nothing is expected of what comes after it.
	stopped := false
	w.At(later, node.addr, "stop twice", func() {
		stopped = true
		node.stopTwice()
	})
	w.At(later+soon, peer.Addr, "dial the stopped node", func() {
		peer.Host.Dial(node.addr, func(_ network.Stream, err error) {
			if stopped && !scenario.Only(err, network.ErrRefused) {
				w.Fail(net11Closes, "expected that a stopped node refuses, got %v", err)
			}
		})
	})
	w.At(later+soon, node.addr, "use the stopped layer", func() {
		if stopped {
			node.useStopped(peer.Addr)
		}
	})
	w.AtEnd(scenario.NET11Left, func() error {
		if !stopped {
			return nil
		}
		return idle(w, node.addr)()
	})
}

// stopTwice stops the node and looks at what is left before Stop has been over for a moment: every
// connection has been told of, and neither the listener nor a stream is open.
func (p *probe) stopTwice() {
	p.net.Stop()
	for i := range p.links {
		if err := p.ended(i, network.Ours, nil)(); err != nil {
			p.w.Fail(net11Closes, "at Stop, of connection %d of %d: %v", i+1, len(p.links), err)
		}
	}
	p.silent(p.w)
	p.net.Stop()
	if u := p.w.Usage(p.addr); u.Listeners+u.Streams > 0 {
		p.w.Fail(net11Closes, "expected no listener and no stream after Stop, got %d and %d", u.Listeners, u.Streams)
	}
}

// useStopped sends, closes and dials with a layer that is stopped: nothing of it works or does harm.
func (p *probe) useStopped(peer network.Addr) {
	for _, conn := range p.links {
		p.send(scenario.NET8Closed, conn.id, "too late", network.ErrClosed)
		p.net.Close(conn.id)
	}
	if o := p.dial(peer); o.calls != 1 || !scenario.Only(o.err, network.ErrClosed) {
		p.w.Fail(net11Dials,
			"expected that a dial of a stopped layer ends with ErrClosed at once, got %d calls, error %v",
			o.calls, o.err)
	}
}

// stopIdle stops a node with which nobody has talked: right after its start, or later; which is drawn. Its listener
// goes all the same, and what is dialled then ends with ErrClosed.
func (b bench) stopIdle(w scenario.World) {
	// Where the shrinker leaves out the stop, nothing is expected.
	node, stopped := b.listener(w, 0, net11Silence), false
	w.At([]time.Duration{0, later}[w.Rand().IntN(2)], node.addr, "stop twice", func() {
		stopped = true
		node.stopTwice()
		node.useStopped(w.Addr(1))
	})
	w.AtEnd(scenario.NET11Left, func() error {
		if !stopped {
			return nil
		}
		return idle(w, node.addr)()
	})
}

// stopDuringDial stops while two dials are under way, one of which would fail. Both end with ErrClosed,
// once, within Stop. The host still connects the other: that stream has to be closed when it comes, for
// nobody knows of it.
func (b bench) stopDuringDial(w scenario.World) {
	// Nobody is at the third address. Either dial takes some time to find out what becomes of it.
	node, peer := b.node(w, 0, net11Dials, network.Config{}), scenario.NewRaw(w, 1, true)
	w.At(soon, node.addr, "dial and stop", func() {
		outcomes := []*outcome{node.dial(peer.Addr), node.dial(w.Addr(2))}
		node.net.Stop()
		for _, o := range outcomes {
			if o.calls != 1 || !scenario.Only(o.err, network.ErrClosed) {
				w.Fail(net11Dials, "expected that Stop ends a dial with ErrClosed, got %d calls, error %v",
					o.calls, o.err)
			}
		}
		node.silent(w)
	})
	// The dials that were under way came through by now: whatever they brought must be gone as well.
	w.AtEnd(scenario.NET11Left, idle(w, node.addr))
	w.AtEnd(net11Closes, func() error { return hung(peer, len(peer.Lines))() })
}

// stopInAHandler stops the layer when the first of three messages of one piece is handed over. The
// layer is in the middle of its own loop then, and has to leave it.
func (b bench) stopInAHandler(w scenario.World) {
	node := b.feed(w, net11Silence, []string{"one"}, scenario.Frames("one", "two", "three"))
	node.onReceived = func(*link, []byte) {
		node.net.Stop()
		node.silent(w)
	}
	w.By(end, scenario.NET11Left, idle(w, node.addr))
	w.By(end, net11Closes, node.ended(0, network.Ours, nil))
}
