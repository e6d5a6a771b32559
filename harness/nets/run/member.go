package run

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/harness/nets/spec"
	"strata/harness/nets/topology"
	"strata/harness/sim"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/node"
	"strata/node/blocksync"
	"strata/node/blocktree"
	"strata/node/guard"
	"strata/node/store"
	"strata/p2p"
)

// member is one node over all its lives. What it holds belongs to the node: only its callbacks touch it, and the run when
// the network stands still.
type member struct {
	run     *chainRun
	index   int
	hostile hostile
	churned bool    // it comes and goes
	miner   *miner  // nil: it does not mine
	raider  *raider // nil: no attacker of a raid has it

	host     network.Host // of the life that it lives now
	node     *node.Node
	store    store.Store // outlives crashes, but those that take the disk
	executor chain.Executor
	pool     mempool.Mempool
	say      func(messaging.Kind, []byte) error // of a spammer
	spoken   uint64
	tell     func(Told)      // of a Member; nil: the run looks itself
	tip      chain.BlockHash // of the life that it lived last, in a Record
}

// tally is where the member's worker counts, now.
func (m *member) tally() *tally { return m.run.tallies[m.worker()] }

// worker is the number of the worker that runs the member now.
func (m *member) worker() int { return sim.Worker(m.host) }

// now is the time since the start.
func (m *member) now() time.Duration { return m.host.Now().Sub(m.run.epoch) }

// boot starts the node on a new host.
func (m *member) boot(h network.Host) {
	m.host = h
	if m.store == nil || m.run.net != nil && m.run.net.Wiped(m.run.addrs[m.index]) {
		m.store = m.run.newStore()
	}
	n, err := node.New(h, m.stack(), m.config())
	if err != nil {
		panic(fmt.Sprintf("node %d: %v", m.index, err))
	}
	m.node = n
	n.OnBlock(m.heard)
	n.OnTip(m.moved)
	if err := n.Start(); err != nil {
		panic(fmt.Sprintf("node %d does not start: %v", m.index, err))
	}
	if m.miner != nil {
		m.miner.start()
	}
	if m.raider != nil {
		m.raider.returns()
	}
	m.misbehave()
}

// config is the node's. It keeps transactions until a block may take them, and dials nobody beyond its links as long as
// it has them.
func (m *member) config() node.Config {
	s := &m.run.Spec
	cfg := nodeConfig(s, m.run.addrs[m.index], m.bootstrap(), m.run.degree[m.index])
	cfg.Mempool = mempool.Config{Verifier: m.run.verifier, KeepFor: max(time.Minute, 20*s.Miners.Interval.Duration)}
	cfg.Params, cfg.Store, cfg.VerifyStatus = m.run.params, m.store, m.run.signed.verify
	if room := m.run.params.MaxText() + 4096; room > 1<<20 {
		cfg.Network.MaxFrame = room
	}
	return cfg
}

// nodeConfig is that of a node of the chain with so many links, whatever its chain.
func nodeConfig(s *spec.Spec, self network.Addr, bootstrap []network.Addr, degree int) node.Config {
	cfg := node.Config{
		P2P:    dialling(s, self, bootstrap, degree),
		Sync:   blocksync.Config{Interval: 5 * time.Second},
		Gossip: gossip.Config{Sweep: time.Minute},
	}
	if s.Network.Guard != "off" {
		// The guard's rounds are a quarter of FrameWithin apart: as far as those of the other upkeep, or they are most of
		// what an idle network does.
		cfg.Guard = &guard.Config{MaxIncoming: 2*cfg.P2P.MaxPeers + 32, FrameWithin: max(time.Minute, 4*s.Network.Maintenance.Duration)}
	}
	return cfg
}

// dialling has a node dial those whom the graph says, and nobody beyond them as long as it has them.
func dialling(s *spec.Spec, self network.Addr, bootstrap []network.Addr, degree int) p2p.Config {
	cfg := p2p.Config{Self: self, Bootstrap: bootstrap, MaxPeers: s.Network.MaxPeers, Interval: s.Network.Maintenance.Duration}
	if cfg.MaxPeers == 0 {
		cfg.MaxPeers = max(2, 2*degree)
	}
	// In a crowd of a thousand every one of which is dialled at once, nobody waits for its turn.
	cfg.MaxDials = max(16, len(bootstrap))
	return cfg
}

// bootstrap is whom the node dials: those whom the graph says and, after it has lost them, nobody else at first.
func (m *member) bootstrap() []network.Addr {
	return bootstrap(m.index, m.run.dials, m.run.around, m.run.addrs)
}

// bootstrap is whom a node of a graph dials.
func bootstrap(node int, dials [][]int32, around topology.Neighbours, addrs []network.Addr) (all []network.Addr) {
	for _, to := range dials[node] {
		all = append(all, addrs[to])
	}
	if len(all) == 0 && around.Degree(int32(node)) > 0 { // others dial it; when it comes back, it dials them
		all = append(all, addrs[around.Of(int32(node))[0]])
	}
	return all
}

// stack is the layers, with ears at those places where something is counted. They change nothing.
func (m *member) stack() chain.Stack {
	stack := m.run.stacks[m.index]
	newMessaging, newGossip := stack.NewMessaging, stack.NewGossip
	stack.NewMessaging = func(h network.Host, n network.Network, cfg messaging.Config) messaging.Messaging {
		return m.hostile.messaging(listening{newMessaging(h, n, cfg), m}, m)
	}
	stack.NewGossip = func(h network.Host, p p2p.P2P, cfg gossip.Config) gossip.Gossip {
		return m.hostile.gossip(overhearing{newGossip(h, p, cfg), m}, m)
	}
	return keeping(stack, &m.pool, &m.executor)
}

// keeping is a stack that keeps the pool and the executor that it makes.
func keeping(stack chain.Stack, pool *mempool.Mempool, executor *chain.Executor) chain.Stack {
	newMempool, newExecutor := stack.NewMempool, stack.NewExecutor
	stack.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		*pool = newMempool(h, g, cfg)
		return *pool
	}
	stack.NewExecutor = func(cfg chain.Config) chain.Executor {
		*executor = newExecutor(cfg)
		return *executor
	}
	return stack
}

// listening counts what comes, by kind.
type listening struct {
	messaging.Messaging
	m *member
}

// Handle is messaging.Messaging's.
func (l listening) Handle(kind messaging.Kind, h messaging.Handler) error {
	class := classOf(kind)
	return l.Messaging.Handle(kind, func(from network.ConnID, payload []byte) ([]byte, bool) {
		l.m.tally().message(class, len(payload)+len(kind))
		return h(from, payload)
	})
}

// Request is messaging.Messaging's: the answer counts as well.
func (l listening) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	class := classOf(kind)
	l.Messaging.Request(to, kind, payload, func(reply []byte, err error) {
		if err == nil {
			l.m.tally().message(class, len(reply))
		}
		done(reply, err)
	})
}

// overhearing notes when a transaction came first, and from whom a block.
type overhearing struct {
	gossip.Gossip
	m *member
}

// Handle is gossip.Gossip's.
func (o overhearing) Handle(kind messaging.Kind, h gossip.Handler) error {
	if heard := h; kind == chain.KindNewBlock {
		h = func(from network.Addr, payload []byte) bool { return heard(from, payload) && !o.m.keepsBack() }
	}
	switch {
	case kind == chain.KindNewBlock && o.m.run.Spec.Measure.Hops:
		return o.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
			o.m.run.book.hop(o.m, from, chain.HashOf(payload))
			return h(from, payload)
		})
	case kind == mempool.KindNewTx:
		return o.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
			pass := h(from, payload)
			if pass {
				o.m.pooled(payload)
				sim.TouchLinks(o.m.host) // gossip is about to pass it on
			}
			return pass
		})
	}
	return o.Gossip.Handle(kind, h)
}

// keepsBack says whether the member passes no blocks of others on now: a selfish miner who did would bring the rival of its own
// block to everybody faster than anybody else.
func (m *member) keepsBack() bool {
	a := m.run.attack
	if m.raider != nil {
		raid := m.run.raidNow(m.now())
		return raid != nil && raid.Kind == "selfish"
	}
	return a != nil && m.run.Spec.Attack.Kind == "selfish" && a.attacker() == m.miner
}

// heard is told of each block that is new here.
func (m *member) heard(b chain.Sealed) {
	if m.tell != nil {
		m.tell(Told{At: m.now(), Kind: Heard, Block: b.Hash()})
		return
	}
	e := m.run.book.find(b.Hash())
	if e == nil {
		return // nobody found it: a hostile member made it up
	}
	m.tally().arrived(m, e, m.now()-e.found)
	if m.run.attack != nil && m.miner == m.run.attack.attacker() && e.miner != m.miner {
		m.host.After(0, m.run.attack.heard) // when the tip has moved
	}
	if m.raider != nil && e.miner != m.raider.miner && m.run.raidNow(m.now()) != nil {
		m.host.After(0, m.raider.heard)
	}
}

// moved is told of each move of the tip.
func (m *member) moved(c blocktree.Change) {
	if m.tell != nil {
		m.tell(moveOf(m.now(), c))
		return
	}
	if len(c.Undone) > 0 {
		m.reorganised(m.now(), len(c.Undone), c.Undone[0].Hash())
	}
}

// reorganised counts that the member gives up so many blocks, the given one and those upon it.
func (m *member) reorganised(now time.Duration, depth int, lowest chain.BlockHash) {
	t := m.tally()
	t.reorgs++
	t.depths.Add(uint64(depth), 1)
	t.undone(m.run.Spec.Measure.Finality, depth)
	t.healed(m.run, now, lowest)
}
