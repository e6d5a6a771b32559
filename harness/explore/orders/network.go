package orders

import (
	"fmt"

	"strata/network"
	"strata/network/networktest"
	"strata/scenario"
)

// closing: two connected nodes each send two messages and close, at once, and the link may fail. In
// every order each sees one disconnect event, says rightly whose doing it was, delivers both messages
// of a peer that closed in good order, and is silent then.
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

// closer adds a node of that scenario. All but the first dial the first. It holds the layer to NET-6 to
// NET-8 in its own events, without a look at the other node: an explorer then follows each node's
// history once.
func (s suite) closer(w scenario.World, number int) {
	node := &closer{w: w, addr: w.Addr(number)}
	w.Node(node.addr, func(h network.Host) {
		*node = closer{w: w, addr: node.addr, net: s.net(h, node.addr)}
		scenario.Must(node.net.Start(node))
		if number > 0 {
			node.net.Dial(w.Addr(0), func(network.ConnID, error) {})
		}
	})
	w.At(Ready, node.addr, "sends two messages", func() {
		for i := range 2 {
			err := node.net.Send(node.conn, []byte{byte(i)})
			if open := node.conn != 0 && node.over == 0; open != (err == nil) || !open &&
				!oneOf(err, network.ErrClosed) {
				w.Fail(scenario.NET8Closed,
					"expected Send to return an error if the connection is over and then ErrClosed, got %v",
					err)
			}
		}
	})
	w.At(Ready, node.addr, "closes", func() {
		node.closing = true
		node.net.Close(node.conn)
		if node.conn != 0 && node.over != 1 {
			w.Fail(networktest.NET6Close, "expected one disconnect event when Close returns, got %d", node.over)
		}
		node.closing = false
		node.net.Close(node.conn)
	})
	w.Show(node.addr, func() string { return fmt.Sprintf("%d messages, %d disconnect events", node.got, node.over) })
	w.Ends(node.addr, scenario.NET6Life, func() error { return At(node.addr, Is("disconnect events:", node.over, 1)) })
}

// Connected notes the connection, and who dialled it.
func (c *closer) Connected(id network.ConnID, dialled network.Side) {
	if c.conn == id {
		c.w.Fail(scenario.NET6Life, "expected one connect event of connection %d, got another", id)
	}
	if c.conn != 0 {
		return // the peer crashed and dials again
	}
	c.conn = id
	if want := network.Side(c.addr == c.w.Addr(0)); dialled != want { // all the others dial the first
		c.w.Fail(networktest.NET7Dialler, "expected a connect event that says %v, got one that says %v", want, dialled)
	}
}

// Received checks that messages come in their order, and none after the end.
func (c *closer) Received(id network.ConnID, payload []byte) {
	if id == c.conn && c.over > 0 {
		c.w.Fail(scenario.NET6Life, "expected nothing after the disconnect event, got a message")
	}
	if want := string([]byte{byte(c.got)}); string(payload) != want {
		c.w.Fail(scenario.NET8Sends, "expected message %x, got %x", want, payload)
	}
	c.got++
}

// Disconnected checks who ended the connection, and what is due by then.
func (c *closer) Disconnected(id network.ConnID, ended network.Side, reason error) {
	if id != c.conn {
		return
	}
	if c.over++; c.over > 1 {
		c.w.Fail(scenario.NET6Life, "expected one disconnect event, got %d", c.over)
	}
	if want := network.Side(!c.closing); ended != want {
		c.w.Fail(networktest.NET7Ended, "expected a disconnect event that says %v, got one that says %v", want, ended)
	}
	if ended == network.Theirs && reason == nil && c.got != 2 {
		c.w.Fail(scenario.NET8Sends,
			"expected both messages before the end of a connection that the peer closed, got %d", c.got)
	}
	if err := c.net.Send(id, nil); !oneOf(err, network.ErrClosed) {
		c.w.Fail(scenario.NET8Closed, "expected ErrClosed from Send in the disconnect event, got %v", err)
	}
}
