package boundary

import (
	"maps"
	"slices"
	"strings"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// layers is the object of a process that makes layers.
const layers = 0

// Stack is the stack whose layers are the process's.
func Stack(p *Process) chain.Stack {
	net := network.Stack{NewNetwork: func(h network.Host, cfg network.Config) network.Network {
		l := p.link()
		return theirNetwork{l, l.make("new_network", l.host(h), seed(h), map[string]any{
			"listen": cfg.Listen, "max_frame": cfg.MaxFrame, "max_queued": cfg.MaxQueued,
		})}
	}}
	msg := messaging.Stack{Stack: net, NewMessaging: func(h network.Host, n network.Network, cfg messaging.Config) messaging.Messaging {
		l := p.link()
		return theirMessaging{l, l.make("new_messaging", l.host(h), seed(h), l.export(networkBelow{n}), map[string]any{
			"timeout": decimal(cfg.Timeout), "max_id": cfg.MaxID,
		})}
	}}
	peers := p2p.Stack{Stack: msg, NewP2P: p.newP2P}
	g := gossip.Stack{Stack: peers, NewGossip: func(h network.Host, below p2p.P2P, cfg gossip.Config) gossip.Gossip {
		l := p.link()
		return theirGossip{l, l.make("new_gossip", l.host(h), seed(h), l.export(p2pBelow{below}), map[string]any{
			"seen_for": decimal(cfg.SeenFor), "sweep": decimal(cfg.Sweep), "max_seen": cfg.MaxSeen,
		})}
	}}
	pool := mempool.Stack{Stack: g, NewMempool: func(h network.Host, below gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		l := p.link()
		return theirMempool{l, l.make("new_mempool", l.host(h), seed(h), l.export(gossipBelow{below}),
			l.export(verifier{cfg.Verifier}), map[string]any{
				"keep_for": decimal(cfg.KeepFor), "max_txs": cfg.MaxTxs, "max_per_sender": cfg.MaxPerSender,
			})}
	}}
	return chain.Stack{Stack: pool, NewExecutor: func(cfg chain.Config) chain.Executor {
		l := p.link()
		return theirExecutor{l, l.make("new_chain", l.export(verifier{cfg.Verifier}), map[string]any{
			"difficulty": cfg.Params.Difficulty, "block_reward": decimal(cfg.Params.BlockReward),
			"max_transactions": cfg.Params.MaxTransactions,
		})}
	}}
}

func (p *Process) newP2P(h network.Host, n network.Network, m messaging.Messaging, cfg p2p.Config) p2p.P2P {
	l := p.link()
	return theirP2P{l, l.make("new_p2p", l.host(h), seed(h), l.export(networkBelow{n}), l.export(messagingBelow{m}),
		map[string]any{
			"self": cfg.Self, "bootstrap": list(cfg.Bootstrap), "max_peers": cfg.MaxPeers, "interval": decimal(cfg.Interval),
			"hello_within": decimal(cfg.HelloWithin), "max_listed": cfg.MaxListed, "max_dials": cfg.MaxDials,
			"backoff_min": decimal(cfg.BackoffMin), "backoff_max": decimal(cfg.BackoffMax),
		})}
}

// make has the process make a layer, and returns its number.
func (l *Link) make(method string, args ...any) (ref int) {
	l.ask(&ref, method, layers, args...)
	return ref
}

// host is the number of a host.
func (l *Link) host(h network.Host) int { return l.export(host{h}) }

// seed is the layer's own source of random numbers in the process.
func seed(h network.Host) string { return decimal(h.Rand().Uint64()) }

// text is a kind as it goes over the boundary. JSON knows no bytes that are not UTF-8: such a kind, which is a bad
// one (MSG-2), goes as one that is too long, which is a bad one as well.
func text(kind messaging.Kind) string {
	return strings.ToValidUTF8(string(kind), strings.Repeat("\uFFFD", messaging.MaxKind))
}

// kind is the reverse.
func (a arguments) kind(n int) messaging.Kind { return messaging.Kind(a.text(n)) }

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
