// Package messagingtest is the conformance suite of layer 2.
package messagingtest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// Suite is the conformance suite of layer 2, for the implementations that the stack names.
func Suite(stack messaging.Stack) []scenario.Scenario {
	b := bench{stack}
	return slices.Concat(b.dispatch(), b.requests(), b.endings())
}

// bench makes the scenarios for one stack.
type bench struct{ stack messaging.Stack }

// Times that the scenarios share. A simulated dial takes up to 0.3 s, a piece up to 0.15 s.
const (
	soon    = 100 * time.Millisecond  // everybody has booted
	later   = 1000 * time.Millisecond // whoever dialled soon is connected, and what was sent was answered
	end     = 2 * time.Second         // the same for what was begun later
	timeout = 1200 * time.Millisecond // of requests, where a scenario waits for it
)

// named returns a function that makes the scenarios of one step.
func named(step string) func(name, title string, realTime bool, setup func(scenario.World), rules ...string) scenario.Scenario {
	return func(name, title string, realTime bool, setup func(scenario.World), rules ...string) scenario.Scenario {
		return scenario.Scenario{Name: "messaging/" + name, Title: title, Step: step, Rules: rules, For: end, RealTime: realTime, Setup: setup}
	}
}

// node is a node with the layer that is tested, and the network below it. It is the layer's
// watcher.
type node struct {
	w    scenario.World
	addr network.Addr
	host network.Host
	net  network.Network
	msg  messaging.Messaging

	connected      []network.ConnID
	disconnected   []network.ConnID
	onDisconnected func(id network.ConnID) // may be nil
}

// node adds a node at the n-th address, which listens there. handle registers its handlers; it may
// be nil.
func (b bench) node(w scenario.World, n int, cfg messaging.Config, handle func(m messaging.Messaging)) *node {
	p := &node{w: w, addr: w.Addr(n)}
	w.Node(p.addr, func(h network.Host) {
		netCfg, netErr := network.Config{Listen: p.addr, MaxFrame: maxFrame}.Complete()
		full, err := cfg.Complete()
		if err := errors.Join(netErr, err); err != nil {
			panic(err) // a scenario's slip
		}
		p.host = h
		p.net = b.stack.NewNetwork(h, netCfg)
		p.msg = b.stack.NewMessaging(h, p.net, full)
		if handle != nil {
			handle(p.msg)
		}
		if err := p.msg.Start(p); err != nil {
			w.Fail("MSG-1", "expected the node to start, got %v", err)
		}
	})
	return p
}

// maxFrame is the longest message that the scenarios' networks carry.
const maxFrame = 10_000

func (p *node) Connected(id network.ConnID, _ bool) { p.connected = append(p.connected, id) }

func (p *node) Disconnected(id network.ConnID, _ bool, _ error) {
	p.disconnected = append(p.disconnected, id)
	if p.onDisconnected != nil {
		p.onDisconnected(id)
	}
}

// connect lets the node dial soon and calls then with the connection's id.
func (p *node) connect(to network.Addr, what string, then func(id network.ConnID)) {
	p.w.At(soon, p.addr, what, func() {
		p.net.Dial(to, func(id network.ConnID, err error) {
			if err != nil {
				p.w.Fail("MSG-7", "expected that %s can be dialled, got %v", to, err)
				return
			}
			then(id)
		})
	})
}

// answer is how a request ended.
type answer struct {
	asked string // by whom what: "10.0.0.1:4000's request of kind k"
	calls int
	reply string
	err   error
	at    time.Duration
	then  func() // what the callback does besides; nil: nothing
}

// request sends a request and fails the world if it ends twice.
func (p *node) request(to network.ConnID, kind messaging.Kind, payload string) *answer {
	a := &answer{asked: fmt.Sprintf("%s's request of kind %s", p.addr, kind)}
	p.msg.Request(to, kind, []byte(payload), func(reply []byte, err error) {
		a.calls, a.reply, a.err, a.at = a.calls+1, string(reply), err, p.w.Now()
		if a.calls > 1 {
			p.w.Fail("MSG-7", "expected that %s ends once, got end number %d: %q, error %v", a.asked, a.calls, reply, err)
		}
		if a.then != nil {
			a.then()
		}
	})
	return a
}

// only is scenario.Only with the errors of this layer.
func only(err, want error) bool {
	return scenario.Only(err, want, messaging.ErrTimeout, messaging.ErrBadKind, messaging.ErrDuplicateKind)
}

// ended checks how requests ended: all with this error, or all with the reply, if err is nil.
func (p *node) ended(rule, reply string, err error, answers ...*answer) {
	for i, a := range answers {
		if a.calls != 1 || a.reply != reply || !only(a.err, err) {
			p.w.Fail(rule, "expected that request %d of %d ends once with %q, error %v; got %d ends, %q, error %v",
				i+1, len(answers), reply, err, a.calls, a.reply, a.err)
		}
	}
}
