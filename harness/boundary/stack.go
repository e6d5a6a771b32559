package boundary

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"strata/chain"
	"strata/gossip"
	"strata/ledgers/causal"
	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// layers is the object of a process that makes layers.
const layers = 0

// Side is where layers are, behind the boundary.
type Side interface {
	// Link is the link to where a node's layers are; with nil, to where an executor of blocks is. It panics with the reason
	// if there is none.
	Link(of network.Host) *Link
}

// Stack is the stack whose layers are on that side.
func Stack(side Side) electives.Stack {
	net := network.Stack{NewNetwork: func(h network.Host, cfg network.Config) network.Network {
		l := side.Link(h)
		return theirNetwork{l.make(callNewNetwork, l.host(h), l.seed(h), settings{
			{"listen", cfg.Listen}, {"max_frame", cfg.MaxFrame}, {"max_queued", cfg.MaxQueued},
		})}
	}}
	msg := messaging.Stack{Stack: net, NewMessaging: func(h network.Host, n network.Network, cfg messaging.Config) messaging.Messaging {
		l := side.Link(h)
		return theirMessaging{l.make(callNewMessaging, l.host(h), l.seed(h), l.layer(n, networkBelow{n}), settings{
			{"timeout", decimal(cfg.Timeout)}, {"max_id", cfg.MaxID},
		})}
	}}
	peers := p2p.Stack{Stack: msg, NewP2P: func(h network.Host, n network.Network, m messaging.Messaging, cfg p2p.Config) p2p.P2P {
		return newP2P(side, h, n, m, cfg)
	}}
	g := gossip.Stack{Stack: peers, NewGossip: func(h network.Host, below p2p.P2P, cfg gossip.Config) gossip.Gossip {
		l := side.Link(h)
		return theirGossip{l.make(callNewGossip, l.host(h), l.seed(h), l.layer(below, p2pBelow{below}), settings{
			{"seen_for", decimal(cfg.SeenFor)}, {"sweep", decimal(cfg.Sweep)}, {"max_seen", cfg.MaxSeen},
		})}
	}}
	pool := mempool.Stack{Stack: g, NewMempool: func(h network.Host, below gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		l := side.Link(h)
		return theirMempool{l.make(callNewMempool, l.host(h), l.seed(h), l.layer(below, gossipBelow{below}),
			l.export(verifier{cfg.Verifier}), settings{
				{"keep_for", decimal(cfg.KeepFor)}, {"max_txs", cfg.MaxTxs}, {"max_per_sender", cfg.MaxPerSender},
			})}
	}}
	core := chain.Stack{Stack: pool, NewExecutor: func(cfg chain.Config) chain.Executor {
		l := side.Link(nil)
		return theirExecutor{l.make(callNewChain, l.export(verifier{cfg.Verifier}), settings{
			{"difficulty", cfg.Params.Difficulty}, {"block_reward", decimal(cfg.Params.BlockReward)},
			{"max_transactions", cfg.Params.MaxTransactions},
		})}
	}}
	return electives.Stack{
		Stack:  core,
		NewLog: func(d network.Disk, file string) leader.Log { return newLog(side, d, file) },
		NewLeader: func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg leader.Config) leader.Leader {
			return newLeader(side, h, g, peers, cfg)
		},
		NewJudge: func() validators.Judge { return newJudge(side) },
		NewValidators: func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg validators.Config) validators.Validators {
			return newValidators(side, h, g, peers, cfg)
		},
		NewDocument: func() causal.Document { return newDocument(side) },
		NewCausal: func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg causal.Config) causal.Causal {
			return newCausal(side, h, g, peers, cfg)
		},
		NewBank: func() causal.Bank { return newBank(side) },
	}
}

func newP2P(side Side, h network.Host, n network.Network, m messaging.Messaging, cfg p2p.Config) p2p.P2P {
	l := side.Link(h)
	return theirP2P{l.make(callNewP2p, l.host(h), l.seed(h), l.layer(n, networkBelow{n}), l.layer(m, messagingBelow{m}),
		settings{
			{"self", cfg.Self}, {"bootstrap", list(cfg.Bootstrap)}, {"max_peers", cfg.MaxPeers}, {"interval", decimal(cfg.Interval)},
			{"hello_within", decimal(cfg.HelloWithin)}, {"max_listed", cfg.MaxListed}, {"max_dials", cfg.MaxDials},
			{"backoff_min", decimal(cfg.BackoffMin)}, {"backoff_max", decimal(cfg.BackoffMax)},
		})}
}

// settings are those of a layer, in the order in which layers in Go read them.
type settings []setting

type setting struct {
	name  string
	value any
}

// byName are the settings by their names.
func (s settings) byName() map[string]any {
	named := make(map[string]any, len(s))
	for _, one := range s {
		named[one.name] = keptOne(one.value)
	}
	return named
}

// make has the process make a layer.
func (l *Link) make(method method, args ...any) far {
	f := far{link: l}
	l.ask(&f.ref, method, layers, args...)
	if f.ref == 0 {
		l.fail(fmt.Errorf("%w: %s returned no number of a layer: objects have numbers from 1 on (rule 3)", ErrProtocol, method))
	}
	return f
}

// host is the number of a host.
func (l *Link) host(h network.Host) int { return l.export(host{h}) }

// seed is the layer's own source of random numbers in the process.
func (l *Link) seed(h network.Host) string {
	if l.draws {
		return "0"
	}
	return decimal(h.Rand().Uint64())
}

// text is a kind as it goes over the boundary. JSON knows no bytes that are not UTF-8: such a kind, which is a bad
// one (MSG-2), goes as one that is too long, which is a bad one as well.
func text(kind messaging.Kind) string {
	if utf8.ValidString(string(kind)) {
		return string(kind)
	}
	return strings.ToValidUTF8(string(kind), strings.Repeat("\uFFFD", messaging.MaxKind))
}

// kind is the reverse.
func (a arguments) kind(n int) messaging.Kind { return messaging.Kind(a.text(n)) }

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
