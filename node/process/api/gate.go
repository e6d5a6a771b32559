package api

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Bounds of the connections.
const (
	maxConns   = 256 // that are open at once; then those give way that say nothing
	spareConns = 16  // more, on which health and figures alone are answered
)

// gate is a listener that never keeps anybody waiting. When it is full, the connection gives way that has
// asked nothing for the longest time. If all are busy, the newcomer gets one of a few spare places, where it is
// told how the node is and nothing else: whoever floods the API cannot hide the node from those who watch it.
type gate struct {
	net.Listener
	most, spare int
	evicted     func()

	mu    sync.Mutex
	conns map[*gatedConn]struct{}
}

// gatedConn is a connection with what the gate knows of it, which the gate's mutex guards.
type gatedConn struct {
	net.Conn
	gate  *gate
	busy  bool      // a request is under way
	spare bool      // in a spare place
	since time.Time // busy or not
}

func newGate(l net.Listener, most, spare int, evicted func()) *gate {
	return &gate{Listener: l, most: most, spare: spare, evicted: evicted, conns: map[*gatedConn]struct{}{}}
}

// Accept lets in whoever comes. Errors: the listener's.
func (g *gate) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &gatedConn{Conn: conn, gate: g, since: time.Now()}
	if out := g.admit(c); out != nil {
		g.evicted()
		_ = out.Close() // it was to go
	}
	return c, nil
}

// admit gives the connection a place, and returns the one that has to go for it, if any.
func (g *gate) admit(c *gatedConn) (out *gatedConn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	ordinary := 0
	for other := range g.conns {
		if !other.spare {
			ordinary++
		}
	}
	if ordinary >= g.most {
		out = g.longest(func(c *gatedConn) bool { return !c.spare && !c.busy })
		c.spare = out == nil
	}
	if c.spare && len(g.conns)-ordinary >= g.spare {
		out = g.longest(func(c *gatedConn) bool { return c.spare })
	}
	delete(g.conns, out)
	g.conns[c] = struct{}{}
	return out
}

// longest is the connection that has been as it is for the longest time, of those that are so; nil if none is.
func (g *gate) longest(is func(*gatedConn) bool) (found *gatedConn) {
	for c := range g.conns {
		if is(c) && (found == nil || c.since.Before(found.since)) {
			found = c
		}
	}
	return found
}

// changed notes what a connection does; it is the server's ConnState. One counts as busy when a request's
// header has come, so that who lets it drip is as idle as who says nothing.
func (g *gate) changed(conn net.Conn, state http.ConnState) {
	c, ok := conn.(*gatedConn)
	if !ok {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	c.busy, c.since = state == http.StateActive, time.Now()
}

// count is the number of open connections; that of no gate is 0.
func (g *gate) count() int {
	if g == nil {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

// Close ends the connection and frees its place.
func (c *gatedConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.conns, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// spareKey marks the context of what comes over a spare connection.
type spareKey struct{}

// inSpare is the server's ConnContext.
func inSpare(ctx context.Context, conn net.Conn) context.Context {
	if c, ok := conn.(*gatedConn); ok {
		c.gate.mu.Lock()
		defer c.gate.mu.Unlock()
		if c.spare {
			return context.WithValue(ctx, spareKey{}, true)
		}
	}
	return ctx
}
