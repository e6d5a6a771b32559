package guard

import (
	"errors"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Stack is the stack with the guard between its layers, for the node that is guarded:
//
//	mempool    says who sends forged transactions, and the guard blames them
//	gossip     passes on no more than a peer takes (pace.go)
//	p2p        carries no more answers of searches than a peer takes (pace.go)
//	messaging  rejects hellos for which there is no place, and adds to peer lists (hello.go)
//	network    has the guarded streams
//
// A nil guard leaves the stack as it is.
func (g *Guard) Stack(s chain.Stack) chain.Stack {
	if g == nil {
		return s
	}
	s.Stack.Stack = g.Layers(s.Stack.Stack)
	below := s
	s.NewMempool = func(h network.Host, gos gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		return watched{below.NewMempool(h, gos, cfg), g}
	}
	return s
}

// Layers is Stack for layers 1 to 4: what stands above them, such as the ledger of an elective, tells the guard itself
// who sends what no correct node sends.
func (g *Guard) Layers(s gossip.Stack) gossip.Stack {
	if g == nil {
		return s
	}
	below := s
	s.NewNetwork = func(_ network.Host, cfg network.Config) network.Network {
		return below.NewNetwork(g.Host(), cfg)
	}
	s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		return introduced{below.NewMessaging(h, net, cfg), g}
	}
	s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
		g.peers = below.NewP2P(h, net, msg, cfg)
		return pacedPeers{g.peers, g, g.pace(g.cfg.Messages / 4)}
	}
	s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
		return pacedGossip{below.NewGossip(h, peers, cfg), g, g.pace(g.cfg.Messages / 2)}
	}
	return s
}

// watched is a mempool whose refusals the guard hears of, before its watcher.
type watched struct {
	mempool.Mempool
	guard *Guard
}

func (m watched) Start(w mempool.Watcher) error { return m.Mempool.Start(blaming{w, m.guard}) }

// blaming is a watcher before another one, which may be nil.
type blaming struct {
	next  mempool.Watcher
	guard *Guard
}

func (b blaming) TransactionPooled(tx mempool.Transaction) {
	if b.next != nil {
		b.next.TransactionPooled(tx)
	}
}

func (b blaming) TransactionLeft(tx mempool.Transaction) {
	if b.next != nil {
		b.next.TransactionLeft(tx)
	}
}

// TransactionRefused blames a peer for what no honest node passes on (MEM-2). That a transaction is
// known, or in conflict with another, is nobody's fault.
func (b blaming) TransactionRefused(from network.Addr, err error) {
	if errors.Is(err, mempool.ErrMalformed) || errors.Is(err, mempool.ErrBadSignature) {
		b.guard.Penalise(Forged)
	}
	if b.next != nil {
		b.next.TransactionRefused(from, err)
	}
}
