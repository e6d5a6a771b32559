package witness

import (
	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// short is an address as reports have it.
func short(a network.Addr) string { return scenario.Name(a) }

// Stack is the stack with the witness between its layers.
func (w *Witness) Stack(s chain.Stack) chain.Stack {
	w.low(&s)
	newGossip, newPool, newExecutor := s.NewGossip, s.NewMempool, s.NewExecutor
	s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
		w.set("gossip", h, cfg, plainGossip)
		return w.gossip(newGossip(h, peers, cfg))
	}
	s.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		w.set("mempool", h, cfg, plainMempool)
		if w.layer != "mempool" {
			return newPool(h, g, cfg)
		}
		return w.pool(newPool, h, g, cfg)
	}
	s.NewExecutor = func(cfg chain.Config) chain.Executor {
		w.set("chain", nil, cfg, plainChain)
		if w.layer != "chain" {
			return newExecutor(cfg)
		}
		return w.executor(newExecutor, cfg)
	}
	return s
}

// low wraps the layers up to p2p.
func (w *Witness) low(s *chain.Stack) {
	newNetwork, newMessaging, newP2P := s.NewNetwork, s.NewMessaging, s.NewP2P
	s.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		w.named(h, cfg.Listen)
		w.set("network", h, cfg, plainNetwork)
		n := &watchedNetwork{w: w, cfg: cfg}
		if w.layer == "network" {
			h = &tappedHost{h, n}
		}
		n.Network = newNetwork(h, cfg)
		return n
	}
	s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
		w.set("messaging", h, cfg, plainMessaging)
		return w.messaging(newMessaging(h, net, cfg))
	}
	s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
		w.named(h, cfg.Self)
		w.set("p2p", h, cfg, plainP2P)
		return w.p2p(newP2P(h, net, msg, cfg))
	}
}
