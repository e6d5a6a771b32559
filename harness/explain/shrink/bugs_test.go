package shrink_test

import (
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/solutions"
)

// bug is a wrong stack, made of ours with one layer between two that lies to them.
type bug struct {
	name  string
	wrong func(s *chain.Stack)
}

var (
	echoes = bug{"echo to the sender", func(s *chain.Stack) {
		ours := s.NewGossip
		s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
			return ours(h, echo{peers}, cfg)
		}
	}}
	loses = bug{"bytes that come alone are lost", func(s *chain.Stack) {
		ours := s.NewNetwork
		s.NewNetwork = func(h network.Host, cfg network.Config) network.Network { return ours(holed{h}, cfg) }
	}}
	endless = bug{"no timeout", func(s *chain.Stack) {
		ours := s.NewMessaging
		s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
			return ours(timeless{h}, net, cfg)
		}
	}}
	silent = bug{"lost peers are kept from the watcher", func(s *chain.Stack) {
		ours := s.NewP2P
		s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
			return faithful{ours(h, net, msg, cfg)}
		}
	}}
	tries = bug{"an address that failed is never tried again", func(s *chain.Stack) {
		ours := s.NewP2P
		s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
			return ours(h, &onceOnly{Network: net, dialled: map[network.Addr]bool{}}, msg, cfg)
		}
	}}
	breaks = bug{"a panic when the connection is reset", func(s *chain.Stack) {
		ours := s.NewNetwork
		s.NewNetwork = func(h network.Host, cfg network.Config) network.Network { return ours(fragile{h}, cfg) }
	}}
)

func (b bug) stack() chain.Stack {
	s := solutions.Stack()
	b.wrong(&s)
	return s
}

type echo struct{ p2p.P2P }

func (e echo) Broadcast(kind messaging.Kind, payload []byte, _ ...network.Addr) error {
	return e.P2P.Broadcast(kind, payload)
}

type timeless struct{ network.Host }

func (t timeless) After(d time.Duration, f func()) network.TimerID {
	if d > 0 {
		f = func() {}
	}
	return t.Host.After(d, f)
}

type onceOnly struct {
	network.Network
	dialled map[network.Addr]bool
}

func (o *onceOnly) Dial(to network.Addr, done func(network.ConnID, error)) {
	if !o.dialled[to] {
		o.Network.Dial(to, done)
	}
	o.dialled[to] = true
}

type faithful struct{ p2p.P2P }

func (f faithful) Start(w p2p.Watcher) error {
	if w == nil {
		return f.P2P.Start(nil)
	}
	return f.P2P.Start(deaf{w})
}

type deaf struct{ p2p.Watcher }

func (deaf) PeerLost(network.Addr) {}

// tapped is a host whose streams deliver through a wrapper.
func tapped(h network.Host, to network.Addr, done func(network.Stream, error),
	wrap func(network.Receiver) network.Receiver) {
	h.Dial(to, func(s network.Stream, err error) {
		if err == nil {
			s = tap{s, wrap}
		}
		done(s, err)
	})
}

type tap struct {
	network.Stream
	wrap func(network.Receiver) network.Receiver
}

func (t tap) Deliver(to network.Receiver) { t.Stream.Deliver(t.wrap(to)) }

type holed struct{ network.Host }

func (h holed) Dial(to network.Addr, done func(network.Stream, error)) {
	tapped(h.Host, to, done, func(r network.Receiver) network.Receiver { return hole{r} })
}

type hole struct{ network.Receiver }

func (h hole) Receive(piece []byte) {
	if len(piece) > 1 {
		h.Receiver.Receive(piece)
	}
}

type fragile struct{ network.Host }

func (h fragile) Dial(to network.Addr, done func(network.Stream, error)) {
	tapped(h.Host, to, done, func(r network.Receiver) network.Receiver { return glass{r} })
}

type glass struct{ network.Receiver }

func (g glass) Ended(reason error) {
	if reason != nil {
		panic("glass")
	}
	g.Receiver.Ended(nil)
}
