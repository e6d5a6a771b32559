package api

import (
	"net"
	"sync"
)

// maxConns is the number of connections that are open at once; others wait to be accepted.
const maxConns = 256

// limiter is a listener that accepts no more than so many connections at once.
type limiter struct {
	net.Listener
	slots chan struct{}
	done  chan struct{}
	once  sync.Once
}

func limited(l net.Listener, most int) net.Listener {
	return &limiter{Listener: l, slots: make(chan struct{}, most), done: make(chan struct{})}
}

func (l *limiter) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.done:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &limitedConn{Conn: conn, slots: l.slots}, nil
}

func (l *limiter) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

type limitedConn struct {
	net.Conn
	slots chan struct{}
	once  sync.Once
}

func (c *limitedConn) Close() error {
	c.once.Do(func() { <-c.slots })
	return c.Conn.Close()
}
