// Package network is the reference implementation of layer 1. frames.go cuts bytes into messages,
// conn.go is one connection, this file is the layer that owns them.
package network

import (
	"fmt"
	"maps"
	"slices"

	"strata/network"
)

// layer implements network.Network.
type layer struct {
	host     network.Host
	cfg      network.Config
	handler  network.Handler
	listener network.Listener // nil if we do not listen
	stopped  bool

	conns    map[network.ConnID]*conn
	lastConn network.ConnID // ids are counted and never used again

	dials    map[uint64]func(network.ConnID, error) // the dials under way, by number: their done
	lastDial uint64
}

// New makes the layer on a host.
func New(host network.Host, cfg network.Config) network.Network {
	return &layer{
		host:  host,
		cfg:   cfg,
		conns: make(map[network.ConnID]*conn),
		dials: make(map[uint64]func(network.ConnID, error)),
	}
}

// Start begins to listen. h is told of everything that happens from now on.
func (l *layer) Start(h network.Handler) error {
	l.handler = h
	if l.cfg.Listen == "" {
		return nil
	}
	listener, err := l.host.Listen(l.cfg.Listen, l.accept)
	if err != nil {
		return fmt.Errorf("network: listen at %s: %w", l.cfg.Listen, err)
	}
	l.listener = listener
	return nil
}

// accept takes a stream that a peer has dialled.
func (l *layer) accept(stream network.Stream) {
	if l.stopped {
		stream.Close()
		return
	}
	l.open(stream, network.Theirs)
}

// open makes a connection of a stream: from now on the layer knows it by its id, its bytes come to
// conn.Receive and its end to conn.Ended. It raises the connect event and returns the id.
func (l *layer) open(stream network.Stream, dialled network.Side) network.ConnID {
	l.lastConn++
	c := &conn{layer: l, id: l.lastConn, stream: stream}
	l.conns[c.id] = c
	stream.Deliver(c)
	l.handler.Connected(c.id, dialled)
	return c.id
}

// end forgets a connection, closes its stream and raises the disconnect event. A connection that
// has ended already stays as it is, so that there is one such event (NET-6). The connection is
// forgotten first: the handler may call back into the layer.
func (l *layer) end(c *conn, by network.Side, reason error) {
	if c.ended {
		return
	}
	c.ended = true
	delete(l.conns, c.id)
	c.stream.Close()
	l.handler.Disconnected(c.id, by, reason)
}

// Dial opens a connection to the address. The host calls back once, later, with a stream or an
// error. With a stream: open it, which raises the connect event, then call done with the id. With
// an error: call done with it, there is no event (NET-10). While it is under way, done is kept in
// dials, where Stop finds it and ends it with network.ErrClosed; a stream that comes after that
// is closed. Stop may be called in the middle of the connect event, and done runs once even then.
// Once the layer has stopped, done gets network.ErrClosed at once.
func (l *layer) Dial(to network.Addr, done func(network.ConnID, error)) {
	//strata:begin network.2
	if l.stopped {
		done(0, network.ErrClosed)
		return
	}
	l.lastDial++
	number := l.lastDial
	l.dials[number] = done
	l.host.Dial(to, func(stream network.Stream, err error) { l.dialled(number, stream, err) })
	//strata:end
}

//strata:begin network.2

// dialled ends the dial of this number, unless Stop has done so.
func (l *layer) dialled(number uint64, stream network.Stream, err error) {
	if _, underWay := l.dials[number]; !underWay {
		if err == nil {
			stream.Close() // nobody waits for it any longer
		}
		return
	}
	var id network.ConnID
	if err == nil {
		id = l.open(stream, network.Ours)
	}
	done, underWay := l.dials[number]
	if !underWay {
		return // the connect event stopped the layer
	}
	delete(l.dials, number)
	done(id, err)
}

//strata:end

// Send writes the header and the payload to the connection's stream, which never blocks (NET-8).
// In this order: network.ErrClosed if there is no such connection; network.ErrFrameTooBig if the
// payload is over MaxFrame, nothing is sent and the connection lives; network.ErrSlowPeer if more
// than MaxQueued bytes, header included, would then wait, and the connection ends with that as
// its reason, closed by us (NET-9). The payload is not copied: it is the stream's now.
func (l *layer) Send(id network.ConnID, payload []byte) error {
	//strata:begin network.3
	c, open := l.conns[id]
	if !open {
		return network.ErrClosed
	}
	if len(payload) > l.cfg.MaxFrame {
		return fmt.Errorf("network: %w: %d bytes", network.ErrFrameTooBig, len(payload))
	}
	if c.stream.Queued()+network.HeaderSize+len(payload) > l.cfg.MaxQueued {
		l.end(c, network.Ours, network.ErrSlowPeer)
		return network.ErrSlowPeer
	}
	c.stream.Write(network.Header(len(payload)), payload)
	return nil
	//strata:end
}

// Close ends the connection, closed by us and without a reason. Closing what is not open does
// nothing.
func (l *layer) Close(id network.ConnID) {
	//strata:begin network.3
	if c, open := l.conns[id]; open {
		l.end(c, network.Ours, nil)
	}
	//strata:end
}

// Stop closes the listener, closes every connection, in the order of their ids, and ends every
// dial with network.ErrClosed. Handlers that run meanwhile may call any method. Afterwards no
// handler is called; stopping twice does nothing (NET-11).
func (l *layer) Stop() {
	//strata:begin network.3
	if l.stopped {
		return
	}
	l.stopped = true // first: a handler that dials or stops in turn finds the layer stopped
	if l.listener != nil {
		l.listener.Close()
	}
	for _, id := range slices.Sorted(maps.Keys(l.conns)) {
		l.Close(id)
	}
	for _, number := range slices.Sorted(maps.Keys(l.dials)) {
		done := l.dials[number]
		delete(l.dials, number)
		done(0, network.ErrClosed)
	}
	//strata:end
}
