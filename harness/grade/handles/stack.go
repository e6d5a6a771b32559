package handles

import (
	"strata/chain"
	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/electives"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/mempool"
	"strata/messaging"
	"strata/messaging/echo"
	"strata/network"
	"strata/p2p"
)

// Stack is the stack of a student's layers, each of which gets handles in place of what it would be handed.
// What a layer is, is not hidden: the others, and the checks, have it as it is.
func Stack(theirs electives.Stack) electives.Stack {
	s := theirs
	s.Stack = Core(theirs.Stack)
	return withElectives(s, theirs)
}

// Core is Stack for the six layers.
func Core(theirs chain.Stack) chain.Stack {
	s := theirs
	if theirs.NewNetwork != nil {
		s.NewNetwork = func(h network.Host, cfg network.Config) network.Network {
			return theirNetwork(theirs.NewNetwork(ofHost(h), cfg))
		}
	}
	if theirs.NewMessaging != nil {
		s.NewMessaging = func(h network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
			return theirMessaging(theirs.NewMessaging(ofHost(h), ofNetwork(net), cfg))
		}
	}
	if theirs.NewP2P != nil {
		s.NewP2P = func(h network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
			return theirP2P(theirs.NewP2P(ofHost(h), ofNetwork(net), ofMessaging(msg), cfg))
		}
	}
	if theirs.NewGossip != nil {
		s.NewGossip = func(h network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
			return theirGossip(theirs.NewGossip(ofHost(h), ofP2P(peers), cfg))
		}
	}
	if theirs.NewMempool != nil {
		s.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
			cfg.Verifier = ofVerifier(cfg.Verifier)
			return theirMempool(theirs.NewMempool(ofHost(h), ofGossip(g), cfg))
		}
	}
	if theirs.NewExecutor != nil {
		s.NewExecutor = func(cfg chain.Config) chain.Executor {
			cfg.Verifier = ofVerifier(cfg.Verifier)
			return theirExecutor(theirs.NewExecutor(cfg))
		}
	}
	return s
}

// withElectives does the same for the electives and the practice layer.
func withElectives(s, theirs electives.Stack) electives.Stack {
	if theirs.NewLog != nil {
		s.NewLog = func(d network.Disk, file string) leader.Log { return theirs.NewLog(ofDisk(d), file) }
	}
	if theirs.NewLeader != nil {
		s.NewLeader = func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg leader.Config) leader.Leader {
			return theirLeader(theirs.NewLeader(ofHost(h), ofGossip(g), ofP2P(peers), cfg))
		}
	}
	if theirs.NewJudge != nil {
		s.NewJudge = func() validators.Judge { return theirs.NewJudge() } // it is handed values alone
	}
	if theirs.NewValidators != nil {
		s.NewValidators = func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg validators.Config) validators.Validators {
			return theirValidators(theirs.NewValidators(ofHost(h), ofGossip(g), ofP2P(peers), cfg))
		}
	}
	if theirs.NewAgreement != nil {
		s.NewAgreement = func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg agreement.Config, app agreement.Application) agreement.Agreement {
			return theirs.NewAgreement(ofHost(h), ofGossip(g), ofP2P(peers), cfg, ofApplication(app))
		}
	}
	if theirs.NewLattice != nil {
		s.NewLattice = func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg lattice.Config) lattice.Lattice {
			return theirLattice(theirs.NewLattice(ofHost(h), ofGossip(g), ofP2P(peers), cfg))
		}
	}
	if theirs.NewDocument != nil {
		s.NewDocument = func() causal.Document { return theirDocument(theirs.NewDocument()) }
	}
	if theirs.NewCausal != nil {
		s.NewCausal = func(h network.Host, g gossip.Gossip, peers p2p.P2P, cfg causal.Config) causal.Causal {
			return theirCausal(theirs.NewCausal(ofHost(h), ofGossip(g), ofP2P(peers), cfg))
		}
	}
	if theirs.NewBank != nil {
		s.NewBank = func() causal.Bank { return theirs.NewBank() } // it is handed values alone
	}
	if theirs.NewEcho != nil {
		s.NewEcho = func(h network.Host, msg messaging.Messaging) echo.Echo {
			return theirs.NewEcho(ofHost(h), ofMessaging(msg))
		}
	}
	return s
}

// A student's layers, whose listeners get handles. Nil stays nil.

type startsNetwork struct{ network.Network }

func theirNetwork(n network.Network) network.Network {
	if n == nil {
		return nil
	}
	return startsNetwork{n}
}

func (n startsNetwork) Start(h network.Handler) error { return n.Network.Start(ofNetworkHandler(h)) }

type startsMessaging struct{ messaging.Messaging }

func theirMessaging(m messaging.Messaging) messaging.Messaging {
	if m == nil {
		return nil
	}
	return startsMessaging{m}
}

func (m startsMessaging) Start(w messaging.Watcher) error { return m.Messaging.Start(ofConnWatcher(w)) }

type startsP2P struct{ p2p.P2P }

func theirP2P(p p2p.P2P) p2p.P2P {
	if p == nil {
		return nil
	}
	return startsP2P{p}
}

func (p startsP2P) Start(w p2p.Watcher) error { return p.P2P.Start(ofPeerWatcher(w)) }

type startsGossip struct{ gossip.Gossip }

func theirGossip(g gossip.Gossip) gossip.Gossip {
	if g == nil {
		return nil
	}
	return startsGossip{g}
}

func (g startsGossip) Start(w p2p.Watcher) error { return g.Gossip.Start(ofPeerWatcher(w)) }

type startsMempool struct{ mempool.Mempool }

func theirMempool(m mempool.Mempool) mempool.Mempool {
	if m == nil {
		return nil
	}
	return startsMempool{m}
}

func (m startsMempool) Start(w mempool.Watcher) error { return m.Mempool.Start(ofPoolWatcher(w)) }

type buildsFromPool struct{ chain.Executor }

func theirExecutor(e chain.Executor) chain.Executor {
	if e == nil {
		return nil
	}
	return buildsFromPool{e}
}

func (e buildsFromPool) Build(s *chain.State, p chain.Pool, coinbase mempool.PublicKey) chain.Block {
	return e.Executor.Build(s, &pool{p.Transactions, p.Evict}, coinbase)
}

type startsLeader struct{ leader.Leader }

func theirLeader(l leader.Leader) leader.Leader {
	if l == nil {
		return nil
	}
	return startsLeader{l}
}

func (l startsLeader) Start(w ledgers.Watcher) error { return l.Leader.Start(ofLedgerWatcher(w)) }

type startsValidators struct{ validators.Validators }

func theirValidators(v validators.Validators) validators.Validators {
	if v == nil {
		return nil
	}
	return startsValidators{v}
}

func (v startsValidators) Start(w ledgers.Watcher) error {
	return v.Validators.Start(ofLedgerWatcher(w))
}

type startsLattice struct{ lattice.Lattice }

func theirLattice(l lattice.Lattice) lattice.Lattice {
	if l == nil {
		return nil
	}
	return startsLattice{l}
}

func (l startsLattice) Start(w ledgers.Watcher) error { return l.Lattice.Start(ofLedgerWatcher(w)) }

type appliesDocument struct{ causal.Document }

func theirDocument(d causal.Document) causal.Document {
	if d == nil {
		return nil
	}
	return appliesDocument{d}
}

func (d appliesDocument) Apply(id causal.ID, depth uint64, ops []causal.Op, before func(causal.ID) bool) {
	d.Document.Apply(id, depth, ops, func(other causal.ID) bool { return before(other) })
}

type startsCausal struct{ causal.Causal }

func theirCausal(c causal.Causal) causal.Causal {
	if c == nil {
		return nil
	}
	return startsCausal{c}
}

func (c startsCausal) Start(w causal.Watcher) error { return c.Causal.Start(ofCausalWatcher(w)) }
