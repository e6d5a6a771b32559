// Package echotest is the conformance suite of the layer of chapter 0. A house answers, guests dial it and
// talk. The layers below should be known to be right.
package echotest

import (
	"errors"
	"fmt"
	"time"

	"strata/messaging"
	"strata/messaging/echo"
	"strata/network"
	"strata/scenario"
)

// Suite lists the scenarios of the layer for the implementations that the stack names.
func Suite(stack echo.Stack) []scenario.Scenario {
	b := bench{stack}
	return []scenario.Scenario{
		scenario.New(scenario.Scenario{
			Name: "echo/answers", Step: "echo.1", Rules: []string{"ECH-1"}, For: 3 * time.Second, RealTime: true,
			Title: "Each request is answered with its number and its own bytes.",
			Setup: func(w scenario.World) { b.talk(w, 1) },
		}),
		// One count for everybody is right as long as there is one guest.
		scenario.New(scenario.Scenario{
			Name: "echo/guests", Step: "echo.1", Rules: []string{"ECH-1"}, For: 3 * time.Second, RealTime: true,
			Title: "Each connection has a count of its own.",
			Setup: func(w scenario.World) { b.talk(w, 3) },
		}),
		// Only a connection that ends shows what is kept of it.
		scenario.New(scenario.Scenario{
			Name: "echo/goodbye", Step: "echo.1", Rules: []string{"ECH-2", "ECH-1"}, For: 6 * time.Second,
			Faults: scenario.Faults{Fragment: true, Resets: 3, Until: 3 * time.Second},
			Title:  "Nothing is kept of a connection that has ended.",
			Setup:  func(w scenario.World) { b.goodbye(w) },
		}),
	}
}

// bench makes the scenarios for one stack.
type bench struct{ stack echo.Stack }

// node is a node with the layer that is tested.
type node struct {
	w    scenario.World
	addr network.Addr
	net  network.Network
	echo echo.Echo

	conn    network.ConnID // a guest's, to the house
	open    bool
	answers int // on conn
}

// node adds a node at the n-th address, which listens there.
func (b bench) node(w scenario.World, n int) *node {
	p := &node{w: w, addr: w.Addr(n)}
	w.Node(p.addr, func(h network.Host) {
		netCfg, netErr := network.Config{Listen: p.addr}.Complete()
		msgCfg, msgErr := messaging.Config{Timeout: time.Second}.Complete()
		if err := errors.Join(netErr, msgErr); err != nil {
			panic(err) // a scenario's slip
		}
		p.net = b.stack.NewNetwork(h, netCfg)
		p.echo = b.stack.NewEcho(h, b.stack.NewMessaging(h, p.net, msgCfg))
		if err := p.echo.Start(); err != nil {
			w.Fail(ech1Answer, "expected the node to start, got %v", err)
		}
	})
	return p
}

// visit has a guest say a word to the house, on a new connection if it has none.
func (p *node) visit(house network.Addr, word string) {
	if p.open {
		p.say(word)
		return
	}
	p.net.Dial(house, func(id network.ConnID, err error) {
		if err != nil {
			return // the network is down: next time
		}
		p.conn, p.open, p.answers = id, true, 0
		p.say(word)
	})
}

// say asks for an echo, and checks it: the number, and the bytes (ECH-1).
func (p *node) say(word string) {
	conn := p.conn
	p.echo.Say(conn, []byte(word), func(reply []byte, err error) {
		if err != nil {
			p.open = p.open && p.conn != conn // it has ended: dial again
			return
		}
		p.answers++
		if want := fmt.Sprintf("%d:%s", p.answers, word); string(reply) != want {
			p.w.Fail(ech1Answer, "expected the answer %q, got %q", want, reply)
		}
	})
}

// talk has guests that say three words each, of which the house answers each.
func (b bench) talk(w scenario.World, guests int) {
	house := b.node(w, 0)
	for n := range guests {
		guest := b.node(w, n+1)
		for i, word := range []string{"hello", "", "hello again"} {
			at := time.Duration(i+1)*500*time.Millisecond + time.Duration(w.Rand().IntN(90))*time.Millisecond
			w.At(at, guest.addr, fmt.Sprintf("says %q", word), func() { guest.visit(house.addr, word) })
		}
		w.AtEnd(ech1Answer, func() error {
			if guest.answers != 3 {
				return fmt.Errorf("expected 3 answers, got %d", guest.answers)
			}
			return nil
		})
	}
}

// goodbye has two guests that come back whenever their connection failed. In the end the house keeps a count
// of those connections alone that are open: every fault is over by then, and the last word was a while ago.
func (b bench) goodbye(w scenario.World) {
	house := b.node(w, 0)
	failed := w.Sometimes("a connection to the house failed")
	for n := range 2 {
		guest := b.node(w, n+1)
		for i := range 9 {
			at := time.Duration(i+1) * 400 * time.Millisecond
			w.At(at, guest.addr, fmt.Sprintf("says %q", "hello"), func() {
				failed(i > 0 && !guest.open)
				guest.visit(house.addr, "hello")
			})
		}
	}
	w.Show(house.addr, func() string { return fmt.Sprintf("guests %d", house.echo.Guests()) })
	w.Ends(house.addr, ech2Counts, func() error {
		if open := w.Usage(house.addr).Streams; house.echo.Guests() != open {
			return fmt.Errorf("expected as many counts as open connections, %d, got %d", open, house.echo.Guests())
		}
		return nil
	})
}
