package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/gossip/search"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/blocksync"
	"strata/node/blocktree"
	"strata/node/fetch"
	"strata/node/miner"
	"strata/node/store"
	"strata/p2p"
	"strata/scenario"
)

// cluster is the nodes of a scenario that run the stack. Scenarios hang functions on it that are told what
// happens: most states that a scenario is for are a move of a tip, or a life that follows another.
type cluster struct {
	suite
	w       scenario.World
	size    int // nodes, strangers included
	members []*member
	moved   []func(m *member, c blocktree.Change) // told of each move of a tip
	booted  []func(m *member)                     // told of each life that follows another
	torn    func(bool)                            // told whether a crash tore what was written; nil: nobody asks
}

// member is one node, over all its lives. What it reported and did is kept here, beyond a crash: what a node
// said is stored it has to have afterwards.
type member struct {
	*cluster
	*node.Node // of the life that it lives now

	number   int
	addr     network.Addr
	host     network.Host
	disk     store.Store     // outlives crashes
	tear     int             // what the next crash leaves of what was not synced, see crashed
	reported chain.BlockHash // the last tip that the node said is stored
	height   uint64          // its number
	executed map[chain.BlockHash]int
	changes  []blocktree.Change
	onTip    func(blocktree.Change)
}

// setup is what a scenario wants of its nodes. The zero value of a field is what a node does by itself.
type setup struct {
	size     int           // nodes, strangers included
	hash     time.Duration // between two hashes of each miner; 0: nobody mines
	orphans  int           // blocktree.Config.MaxOrphans
	prepared []chain.Block // added before the start, at the first boot
	sync     int           // the disk keeps every n-th update only; 0: all, as it should
	step     int           // blocksync.Config.Step; 0: the default
	rate     int           // blocksync.Config.AnswerRate; 0: the default
	window   int           // blocksync.Config.Window; 0: the default
}

// cluster adds nodes first to last to the world.
func (s suite) cluster(w scenario.World, set setup, numbers ...int) *cluster {
	c := &cluster{suite: s, w: w, size: set.size}
	for _, number := range numbers {
		c.join(number, set)
	}
	return c
}

// join adds one node.
func (c *cluster) join(number int, set setup) *member {
	m := &member{cluster: c, number: number, addr: c.w.Addr(number), disk: set.disk(), tear: c.w.Rand().IntN(1000),
		executed: map[chain.BlockHash]int{}}
	c.members = append(c.members, m)
	c.w.Node(m.addr, func(h network.Host) { m.boot(h, set) })
	c.w.Show(m.addr, m.describe)
	return m
}

// describe is the node in a debugger.
func (m *member) describe() string {
	if m.Node == nil {
		return "has no tip yet"
	}
	s := m.Status()
	return fmt.Sprintf("tip: block %d %v", s.Height, s.Tip)
}

// boot makes the node on a new host, from the disk that outlived the old one. A life that follows
// another begins on the tip that was reported, or a higher one, unless the disk lost something.
func (m *member) boot(h network.Host, set setup) {
	// A first life begins on an empty disk, with what the scenario has prepared.
	first := m.Node == nil
	lost := !first && m.crashed(set)
	stack := m.stack
	stack.NewExecutor = func(cfg chain.Config) chain.Executor { return spy{m.stack.NewExecutor(cfg), m} }
	life, err := node.New(h, stack, m.config(set))
	if err != nil {
		m.w.Fail(frk6Restarts, "expected a node on the store it left, got %v", err)
		return
	}
	if lost {
		m.startsOver(life)
	}
	// Told before the node starts, while the heights are those of the life before.
	for _, f := range m.booted {
		if !first {
			f(m)
		}
	}
	if tip := life.Status(); tip.Height < m.height || tip.Height == m.height && m.height > 0 && tip.Tip != m.reported {
		m.w.Fail(frk6Restarts, "expected to restart on block %d %v or a higher one, got block %d %v",
			m.height, m.reported, tip.Height, tip.Tip)
		return
	}
	m.host, m.Node = h, life
	life.OnTip(m.tipMoved)
	if first {
		for _, b := range set.prepared {
			scenario.Must(life.AddBlock(b))
		}
	}
	scenario.Must(life.Start())
}

// config is a node's. Everybody bootstraps from the first three, retries soon and is told of rounds
// often, so that scenarios are short.
func (m *member) config(set setup) node.Config {
	cfg := node.Config{
		P2P:    p2p.Config{Self: m.addr, MaxPeers: max(2, 2*(m.size-1)), BackoffMax: 2 * time.Second},
		Params: params,
		Store:  m.disk,
		Tree:   blocktree.Config{MaxOrphans: set.orphans},
		Search: search.Config{Timeout: 2 * time.Second},
		Fetch:  fetch.Config{Retry: 300 * time.Millisecond},
		Sync: blocksync.Config{Step: set.step, Commit: 4 * set.step, Deadline: syncDeadline, Pause: 2 * time.Second,
			Interval: 500 * time.Millisecond, AnswerRate: set.rate, Window: set.window},
		Miner: miner.Config{Batch: 1, Interval: time.Second, Refresh: time.Second},
	}
	// A miner makes one try in that time, and mines for the person of its number.
	if set.hash > 0 {
		cfg.Mine, cfg.Coinbase, cfg.Miner.Interval = true, account(m.number), set.hash
	}
	for number := range m.size {
		if addr := m.w.Addr(number); addr != m.addr && number < 3 {
			cfg.P2P.Bootstrap = append(cfg.P2P.Bootstrap, addr)
		}
	}
	return cfg
}

// tipMoved notes what the node reports, and holds it to what holds for every move: the status says the
// same as the event, and the tip rises.
func (m *member) tipMoved(c blocktree.Change) {
	// A change has at least one block that was applied: the new tip.
	tip := last(c.Applied)
	status := m.Status()
	switch {
	case status.Tip != tip.Hash() || status.Height != tip.Number:
		m.w.Fail(FRK1Highest, "expected block %d %v at node %d, got %d %v",
			tip.Number, tip.Hash(), m.number, status.Height, status.Tip)
	case tip.Number <= m.height:
		m.w.Fail(FRK1Highest, "expected the tip of node %d to rise above block %d, got block %d",
			m.number, m.height, tip.Number)
	}
	m.reported, m.height = status.Tip, status.Height
	m.changes = append(m.changes, c)
	for _, f := range m.moved {
		f(m, c)
	}
	if m.onTip != nil {
		m.onTip(c)
	}
}

// spy counts how often the executor is asked about a block.
type spy struct {
	chain.Executor
	m *member
}

// Apply counts, and executes.
func (s spy) Apply(state *chain.State, b chain.Sealed) error {
	s.m.executed[b.Hash()]++
	return s.Executor.Apply(state, b)
}

// at does something on a member.
func (m *member) at(t time.Duration, what string, do func()) { m.w.At(t, m.addr, what, do) }

// gives has a member take blocks at that time as if it had mined them.
func (m *member) gives(t time.Duration, blocks ...chain.Block) {
	for _, b := range blocks {
		m.at(t, fmt.Sprintf("adds block %d", b.Number), func() { scenario.Must(m.AddBlock(b)) })
	}
}

// submits has a member take a transaction from its user at that time.
func (m *member) submits(t time.Duration, tx mempool.Transaction) {
	m.at(t, "submits a transaction", func() { scenario.Must(m.Submit(tx)) })
}
