package boundary

import (
	"sync"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// PerNode is the stack of nodes that run at the same time, each on a loop of its own: the layers of every node have a
// process, and so has every executor of blocks. The processes end with this one.
func PerNode(c Command) chain.Stack {
	nodes := &nodes{command: c, stacks: make(map[network.Host]chain.Stack)}
	s := chain.Stack{NewExecutor: func(cfg chain.Config) chain.Executor {
		return Stack(NewProcess(c)).NewExecutor(cfg)
	}}
	s.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
		return nodes.of(h).NewNetwork(h, cfg)
	}
	s.NewMessaging = func(h network.Host, n network.Network, cfg messaging.Config) messaging.Messaging {
		return nodes.of(h).NewMessaging(h, n, cfg)
	}
	s.NewP2P = func(h network.Host, n network.Network, m messaging.Messaging, cfg p2p.Config) p2p.P2P {
		return nodes.of(h).NewP2P(h, n, m, cfg)
	}
	s.NewGossip = func(h network.Host, p p2p.P2P, cfg gossip.Config) gossip.Gossip {
		return nodes.of(h).NewGossip(h, p, cfg)
	}
	s.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		return nodes.of(h).NewMempool(h, g, cfg)
	}
	return s
}

// nodes are those that run, each with a process.
type nodes struct {
	command Command
	mu      sync.Mutex // nodes start on loops of their own
	stacks  map[network.Host]chain.Stack
}

// of is the stack of one node.
func (n *nodes) of(h network.Host) chain.Stack {
	n.mu.Lock()
	defer n.mu.Unlock()
	s, known := n.stacks[h]
	if !known {
		s = Stack(NewProcess(n.command))
		n.stacks[h] = s
	}
	return s
}
