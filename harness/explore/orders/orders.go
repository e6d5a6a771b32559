// Package orders is the scenarios in which it matters what comes first: two nodes close at once, a
// response meets a timeout, two nodes dial each other, two blocks compete. They are small, so that
// every order can be explored; run with a seed they are scenarios like any other.
//
// What runs on one node touches no variable of another (scenario.Budget.Apart), and each node is checked by
// itself where that is possible (World.Ends): then an explorer computes a node's history once, however
// many orders of the others it stands in.
//
// A node counts what it sees and fails at once on what may never be; at the end it compares the counts with
// what must be. So a scenario says the same of every order, and not which order it is.
package orders

import (
	"cmp"
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/p2p/p2ptest"
	"strata/scenario"
)

// suite makes the scenarios for one stack.
type suite struct{ stack chain.Stack }

// Suite lists the scenarios of the layers for the implementations that the stack names. Those of what is built upon
// them are package upon's: whoever grades a layer need not link it.
func Suite(stack chain.Stack) []scenario.Scenario { return suite{stack}.all() }

// all is the list. The layers come in their order, and of each what is hardest to get right in every order.
func (s suite) all() []scenario.Scenario {
	return []scenario.Scenario{
		// Two nodes and eight events already come in 1,512 orders.
		scenario.New(scenario.Scenario{
			Name: "network/orders-closing", Step: "network.3", Rules: []string{"NET-6", "NET-7", "NET-8"}, For: End,
			Title:   "Both sides close at once, in every order: one disconnect event each, and then silence.",
			Explore: scenario.Budget{States: 4000, From: Ready, Resets: 1, Apart: true},
			Setup:   s.closing,
		}),
		// Twelve arrivals and one action: 6,864 orders, and 311 states.
		scenario.New(scenario.Scenario{
			Name: "messaging/orders-replies", Step: "messaging.2", Rules: []string{"MSG-8", "MSG-9", "MSG-7"}, For: End,
			Title:   "Answers of two peers, in every order: each goes to its own request.",
			Explore: Budget(4000),
			Setup:   s.replies,
		}),
		// Timers may come early, so that a timeout meets the answer that it waited for.
		scenario.New(scenario.Scenario{
			Name: "messaging/orders-endings", Step: "messaging.3", Rules: []string{"MSG-7", "MSG-8"}, For: End,
			Title:   "An answer, a timeout and a close meet, in every order: each request ends once.",
			Explore: scenario.Budget{States: 4000, From: Ready, Early: 3, Resets: 1, Apart: true},
			Setup:   s.endings,
		}),
		// From the start: the hellos are what is explored.
		scenario.New(scenario.Scenario{
			Name: "p2p/orders-both-dial", Step: "p2p.2", Rules: []string{"P2P-6", "P2P-3", "P2P-11"}, For: End,
			Title:   "Two nodes dial each other, in every order: one connection stays, and the peer arrives once.",
			Explore: scenario.Budget{States: 4000, Apart: true},
			Setup:   s.bothDial,
		}),
		// At most one connection fails, anywhere.
		scenario.New(scenario.Scenario{
			Name: "p2p/orders-link-fails", Step: "p2p.2", Rules: []string{"P2P-6", "P2P-10"}, For: End,
			Title:   "Two nodes dial each other and a link fails, in every order: arrivals and losses alternate.",
			Explore: scenario.Budget{States: 20_000, Resets: 1, Apart: true},
			Setup:   s.linkFails,
		}),
		// The smallest network with a cycle.
		scenario.New(scenario.Scenario{
			Name: "gossip/orders-triangle", Step: "gossip.2", Rules: []string{"GSP-2", "GSP-3", "GSP-4", "GSP-6"},
			For:     End,
			Title:   "Two broadcasts cross in a triangle, in every order: each is handled once and costs 4 sends.",
			Explore: Budget(4000),
			Setup:   s.triangle,
		}),
		// Few orders, for a pool needs one message.
		scenario.New(scenario.Scenario{
			Name: "mempool/orders-conflict", Step: "mempool.2", Rules: []string{"MEM-4", "MEM-2", "MEM-3"}, For: End,
			Title:   "Two transactions of one nonce meet, in every order: the first seen stays, at every node.",
			Explore: Budget(2000),
			Setup:   s.conflict,
		}),
	}
}

// Times that the scenarios share.
const (
	Ready = 2 * time.Second // everybody is connected
	late  = 4 * time.Second // what was begun when all were ready is over
	End   = 6 * time.Second // of the scenarios
	Never = 24 * time.Hour  // an interval that no scenario lives to see
)

// Budget is what most of the scenarios are given.
func Budget(states int) scenario.Budget {
	return scenario.Budget{States: states, From: Ready, Apart: true}
}

// net builds layer 1.
func (s suite) net(h network.Host, at network.Addr) network.Network {
	return s.stack.NewNetwork(h, scenario.Complete(network.Config{Listen: at}))
}

// msg builds layers 1 and 2.
func (s suite) msg(h network.Host, at network.Addr, cfg messaging.Config) (network.Network, messaging.Messaging) {
	net := s.net(h, at)
	return net, s.stack.NewMessaging(h, net, scenario.Complete(cfg))
}

// Peers builds layers 1 to 3: a node that dials those, and nobody else later.
func Peers(stack chain.Stack, h network.Host, at network.Addr, dials ...network.Addr) p2p.P2P {
	cfg := p2p.Config{Self: at, Bootstrap: dials, MaxPeers: 8, Interval: Never}
	return p2ptest.Peers(stack.Stack.Stack.Stack, h, cfg)
}

// gossip builds layers 1 to 4.
func (s suite) gossip(h network.Host, at network.Addr, dials ...network.Addr) gossip.Gossip {
	return s.stack.NewGossip(h, Peers(s.stack, h, at, dials...), scenario.Complete(gossip.Config{}))
}

// Before lists the addresses of the nodes with a smaller number: if each dials those there is one
// connection between any two.
func Before(w scenario.World, number int) []network.Addr {
	var addrs []network.Addr
	for i := range number {
		addrs = append(addrs, w.Addr(i))
	}
	return addrs
}

// Is returns an error that says what was expected, unless the two are equal.
func Is[T comparable](what string, got, want T) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("expected %s %v, got %v", what, want, got)
}

// At is the first of the errors, if there is one, with the node that it is about.
func At(node network.Addr, errs ...error) error {
	if err := cmp.Or(errs...); err != nil {
		return fmt.Errorf("at %s: %w", node, err)
	}
	return nil
}

// named are the errors of the layers whose orders are looked at.
var named = []error{messaging.ErrTimeout, messaging.ErrBadKind, messaging.ErrDuplicateKind, p2p.ErrNotPeer,
	mempool.ErrKnown, mempool.ErrConflict}

// oneOf says whether err is one of these.
func oneOf(err error, allowed ...error) bool {
	for _, a := range allowed {
		if scenario.Only(err, a, named...) {
			return true
		}
	}
	return false
}
