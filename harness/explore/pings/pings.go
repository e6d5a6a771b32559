// Package pings is the workload on which explorers are compared (docs/targets.md, G3): some clients, one
// server, and each client sends a number of pings, the next when the one before was answered.
package pings

import (
	"fmt"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// budget explores from when all are connected.
var budget = scenario.Budget{States: 200_000, From: time.Second, Apart: true}

// OnStreams is the workload of bare programs, without layers.
func OnStreams(clients, count int) scenario.Scenario {
	return scenario.New(scenario.Scenario{
		Name: "pings/streams", Rules: []string{"NET-8"}, For: time.Minute, Explore: budget,
		Title: "Every ping on a stream is answered, in order.",
		Setup: func(w scenario.World) { streams(w, clients, count) },
	})
}

// OnLayers is the workload as requests of layer 2.
func OnLayers(stack messaging.Stack, clients, count int) scenario.Scenario {
	return scenario.New(scenario.Scenario{
		Name: "pings/layers", Rules: []string{"NET-8"}, For: time.Minute, Explore: budget,
		Title: "Every ping in a request is answered, in order.",
		Setup: func(w scenario.World) { layers(w, stack, clients, count) },
	})
}

// streams has the server send back every piece that it gets.
func streams(w scenario.World, clients, count int) {
	w.Node(w.Addr(0), func(h network.Host) {
		_, err := h.Listen(w.Addr(0), func(s network.Stream) { s.Deliver(pong{s}) })
		scenario.Must(err)
	})
	for i := 1; i <= clients; i++ {
		c := &client{w: w, addr: w.Addr(i), count: count}
		w.Node(c.addr, func(h network.Host) {
			h.Dial(w.Addr(0), func(s network.Stream, _ error) {
				s.Deliver(receiver{c})
				c.send = func(ping string) { s.Write(nil, []byte(ping)) }
			})
		})
		c.begin()
	}
}

// layers has the server answer every request with its payload.
func layers(w scenario.World, stack messaging.Stack, clients, count int) {
	// A node of both layers; the clients have the handler too, and nobody asks them.
	build := func(h network.Host, number int) (network.Network, messaging.Messaging) {
		net := stack.NewNetwork(h, scenario.Complete(network.Config{Listen: w.Addr(number)}))
		msg := stack.NewMessaging(h, net, scenario.Complete(messaging.Config{}))
		scenario.Must(msg.Handle("ping", func(_ network.ConnID, payload []byte) ([]byte, bool) {
			return payload, true
		}))
		scenario.Must(msg.Start(nil))
		return net, msg
	}
	w.Node(w.Addr(0), func(h network.Host) { build(h, 0) })
	for i := 1; i <= clients; i++ {
		c := &client{w: w, addr: w.Addr(i), count: count}
		w.Node(c.addr, func(h network.Host) {
			net, msg := build(h, i)
			net.Dial(w.Addr(0), func(id network.ConnID, _ error) {
				c.send = func(ping string) {
					msg.Request(id, "ping", []byte(ping), func(reply []byte, _ error) { c.answered(string(reply)) })
				}
			})
		})
		c.begin()
	}
}

// pong is the server's end of a connection: it sends back what comes.
type pong struct{ stream network.Stream }

// Receive answers.
func (p pong) Receive(piece []byte) { p.stream.Write(nil, piece) }

// Ended does nothing: no client closes.
func (p pong) Ended(error) {}

// client pings: the first time when all are connected, and then whenever it has an answer. What it sends next
// depends on nothing but that.
type client struct {
	w           scenario.World
	addr        network.Addr
	send        func(ping string)
	sent, count int
}

// receiver is a client's end of its connection.
type receiver struct{ c *client }

// Receive takes an answer.
func (r receiver) Receive(piece []byte) { r.c.answered(string(piece)) }

// Ended does nothing: the server does not close.
func (r receiver) Ended(error) {}

// begin has the client begin when all are connected, and checks that it comes to an end.
func (c *client) begin() {
	c.w.At(time.Second, c.addr, "pings", c.ping)
	c.w.Ends(c.addr, scenario.NET8Sends, func() error {
		if c.sent != c.count+1 {
			return fmt.Errorf("expected %d pings and their answers, got %d", c.count, c.sent-1)
		}
		return nil
	})
}

func (c *client) ping() {
	if c.sent++; c.sent <= c.count {
		c.send(fmt.Sprint(c.sent))
	}
}

func (c *client) answered(reply string) {
	if want := fmt.Sprint(c.sent); reply != want {
		c.w.Fail(scenario.NET8Sends, "expected the answer %s, got %s", want, reply)
	}
	c.ping()
}
