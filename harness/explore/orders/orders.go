// Package orders is the scenarios in which it matters what comes first: two nodes close at once, a
// response meets a timeout, two nodes dial each other, two blocks compete. They are small, so that
// every order can be explored; run with a seed they are scenarios like any other.
//
// What runs on one node touches no variable of another (scenario.Budget.Apart).
package orders

import (
	"errors"
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// suite makes the scenarios for one stack.
type suite struct{ stack chain.Stack }

// Suite lists the scenarios for the implementations that the stack names.
func Suite(stack chain.Stack) []scenario.Scenario {
	s := suite{stack}
	return []scenario.Scenario{
		s.closing(), s.replies(), s.endings(), s.bothDial(), s.linkFails(), s.triangle(), s.conflict(), s.twoBlocks(),
	}
}

// Times that the scenarios share.
const (
	ready = 2 * time.Second   // everybody is connected
	late  = 4 * time.Second   // what was begun when all were ready is over
	end   = 6 * time.Second   // of the scenarios
	never = 24 * time.Hour    // an interval that no scenario lives to see
	look  = end - time.Second // when the end is looked at, where orders are drawn by seeds
)

// budget is what most of the scenarios are given.
func budget(states int) scenario.Budget {
	return scenario.Budget{States: states, From: ready, Apart: true}
}

// must panics on an error that would be a slip of a scenario.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Errorf("orders: %w", err))
	}
	return v
}

// net builds layer 1.
func (s suite) net(h network.Host, at network.Addr) network.Network {
	return s.stack.NewNetwork(h, must(network.Config{Listen: at}.Complete()))
}

// msg builds layers 1 and 2.
func (s suite) msg(h network.Host, at network.Addr, cfg messaging.Config) (network.Network, messaging.Messaging) {
	net := s.net(h, at)
	return net, s.stack.NewMessaging(h, net, must(cfg.Complete()))
}

// peers builds layers 1 to 3: a node that dials those, and nobody else later.
func (s suite) peers(h network.Host, at network.Addr, dials ...network.Addr) p2p.P2P {
	net, msg := s.msg(h, at, messaging.Config{})
	cfg := p2p.Config{Self: at, Bootstrap: dials, MaxPeers: 8, Interval: never}
	return s.stack.NewP2P(h, net, msg, must(cfg.Complete()))
}

// gossip builds layers 1 to 4.
func (s suite) gossip(h network.Host, at network.Addr, dials ...network.Addr) gossip.Gossip {
	return s.stack.NewGossip(h, s.peers(h, at, dials...), must(gossip.Config{}.Complete()))
}

// before lists the addresses of the nodes with a smaller number: if each dials those there is one
// connection between any two.
func before(w scenario.World, number int) []network.Addr {
	var addrs []network.Addr
	for i := range number {
		addrs = append(addrs, w.Addr(i))
	}
	return addrs
}

// is returns an error that says what was expected, unless the two are equal.
func is[T comparable](what string, got, want T) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("expected %s %v, got %v", what, want, got)
}

// ends checks a node at the end.
func ends(w scenario.World, node network.Addr, rule string, check func() []error) {
	w.Ends(node, rule, func() error {
		for _, err := range check() {
			if err != nil {
				return fmt.Errorf("at %s: %w", node, err)
			}
		}
		return nil
	})
}

// oneOf says whether err is one of these.
func oneOf(err error, allowed ...error) bool {
	for _, a := range allowed {
		if errors.Is(err, a) {
			return true
		}
	}
	return false
}
