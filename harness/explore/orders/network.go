package orders

import (
	"fmt"

	"strata/network"
	"strata/scenario"
)

// closing: two connected nodes each send two messages and close, at once, and the link may fail.
func (s suite) closing(w scenario.World) {
	s.closer(w, 0)
	s.closer(w, 1)
}

// closer is one node of that scenario. It is the handler of its network.
type closer struct {
	w       scenario.World
	addr    network.Addr
	net     network.Network
	conn    network.ConnID // 0: not connected yet
	got     int
	over    int
	closing bool
}

func (s suite) closer(w scenario.World, number int) {
	c := &closer{w: w, addr: w.Addr(number)}
	w.Node(c.addr, func(h network.Host) {
		*c = closer{w: w, addr: c.addr, net: s.net(h, c.addr)}
		scenario.Must(c.net.Start(c))
		if number > 0 {
			c.net.Dial(w.Addr(0), func(network.ConnID, error) {})
		}
	})
	w.At(ready, c.addr, "sends two messages", func() {
		for i := range 2 {
			err := c.net.Send(c.conn, []byte{byte(i)})
			if open := c.conn != 0 && c.over == 0; open != (err == nil) || !open && !oneOf(err, network.ErrClosed) {
				w.Fail("NET-8", "expected Send to return an error if the connection is over and then ErrClosed, got %v", err)
			}
		}
	})
	w.At(ready, c.addr, "closes", func() {
		c.closing = true
		c.net.Close(c.conn)
		if c.conn != 0 && c.over != 1 {
			w.Fail("NET-6", "expected one disconnect event when Close returns, got %d", c.over)
		}
		c.closing = false
		c.net.Close(c.conn)
	})
	w.Show(c.addr, func() string { return fmt.Sprintf("%d messages, %d disconnect events", c.got, c.over) })
	ends(w, c.addr, "NET-6", func() []error { return []error{is("disconnect events:", c.over, 1)} })
}

func (c *closer) Connected(id network.ConnID, dialled network.Side) {
	if c.conn == id {
		c.w.Fail("NET-6", "expected one connect event of connection %d, got another", id)
	}
	if c.conn != 0 {
		return // the peer crashed and dials again
	}
	c.conn = id
	if want := network.Side(c.addr == c.w.Addr(0)); dialled != want { // all the others dial the first
		c.w.Fail("NET-7", "expected a connect event that says %v, got one that says %v", want, dialled)
	}
}

func (c *closer) Received(id network.ConnID, payload []byte) {
	if id == c.conn && c.over > 0 {
		c.w.Fail("NET-6", "expected nothing after the disconnect event, got a message")
	}
	if want := string([]byte{byte(c.got)}); string(payload) != want {
		c.w.Fail("NET-8", "expected message %x, got %x", want, payload)
	}
	c.got++
}

func (c *closer) Disconnected(id network.ConnID, ended network.Side, reason error) {
	if id != c.conn {
		return
	}
	if c.over++; c.over > 1 {
		c.w.Fail("NET-6", "expected one disconnect event, got %d", c.over)
	}
	if want := network.Side(!c.closing); ended != want {
		c.w.Fail("NET-7", "expected a disconnect event that says %v, got one that says %v", want, ended)
	}
	if ended == network.Theirs && reason == nil && c.got != 2 {
		c.w.Fail("NET-8", "expected both messages before the end of a connection that the peer closed, got %d", c.got)
	}
	if err := c.net.Send(id, nil); !oneOf(err, network.ErrClosed) {
		c.w.Fail("NET-8", "%s", fmt.Sprintf("expected ErrClosed from Send in the disconnect event, got %v", err))
	}
}
