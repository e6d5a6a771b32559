package run

import (
	"strata/chain"
	"strata/ledgers"
	"strata/mempool"
	"strata/node"
	"strata/node/offloop/signatures"
	"strata/node/store"
	"strata/node/workledger"
	"strata/scenario"
)

// workContender is proof of work. Each member has the same share of the hash power, and the chain begins with a block for
// each client, whose reward is what it pays with.
type workContender struct {
	run      *ledgerRun
	params   chain.Params
	verifier mempool.Verifier // of all nodes: a signature's verdict depends on nothing else
	first    []chain.Block
}

func newWorkContender(r *ledgerRun) (*workContender, error) {
	params, err := chain.Params{Difficulty: 1, BlockReward: purse, MaxTransactions: r.Spec.Network.MaxBlock}.Complete()
	if err != nil {
		return nil, err
	}
	c := &workContender{run: r, params: params, verifier: signatures.Remember(mempool.ZIP215{})}
	parent := chain.Genesis()
	for client := range r.Spec.Ledger.Clients {
		b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: mempool.PublicKey(r.clientName(client))}
		parent = c.solve(b).Block
		c.first = append(c.first, parent)
	}
	return c, nil
}

// solve finds the nonce of a block, from the one that it has on.
func (c *workContender) solve(b chain.Block) chain.Sealed {
	for ; ; b.Nonce++ {
		if s := chain.Seal(b); c.params.MeetsDifficulty(s.Hash()) {
			return s
		}
	}
}

func (c *workContender) chain() ledgers.ChainID { return workledger.Chain() }
func (c *workContender) bound() bool            { return false }

func (c *workContender) payment(client, n int) ([]byte, ledgers.OpID) {
	tx := mempool.Sign(c.run.clientKey(client), mempool.PublicKey(c.run.payee(client)), uint64(n), 1)
	return tx.Text(), workledger.ID(tx)
}

// workNode is a node of proof of work in one of its lives.
type workNode struct {
	*workledger.Ledger
	contender *workContender
	of        *ledgerNode
	node      *node.Node
	pool      mempool.Mempool
	executor  chain.Executor
}

// workLife is what a node keeps over all its lives.
type workLife struct {
	store store.Store
	ticks uint64 // draws so far
}

func (c *workContender) node(n *ledgerNode) ledgers.Ledger {
	if n.own == nil {
		n.own = &workLife{store: store.NewMemory()}
	}
	w := &workNode{contender: c, of: n}
	var err error
	w.node, err = node.New(n.host, keeping(n.stack.Stack, &w.pool, &w.executor), c.config(n))
	scenario.Must(err)
	w.Ledger = workledger.New(w.node)
	return w
}

// config is the node's. Transactions wait as long as the run goes on: their clients ask again, and hear no refusal.
func (c *workContender) config(n *ledgerNode) node.Config {
	r := c.run
	cfg := nodeConfig(&r.Spec, n.addr, bootstrap(n.index, r.dials, r.around, r.addrs), r.around.Degree(int32(n.index)))
	cfg.Mempool = mempool.Config{Verifier: c.verifier, KeepFor: r.Spec.Run.For.Duration + r.Spec.Run.Settle.Duration}
	cfg.Params, cfg.Store = c.params, n.own.(*workLife).store
	return cfg
}

// Start is ledgers.Ledger's: the first blocks are there before anything else.
func (w *workNode) Start(watch ledgers.Watcher) error {
	if err := w.Ledger.Start(watch); err != nil {
		return err
	}
	if w.of.boots == 1 {
		for _, b := range w.contender.first {
			scenario.Must(w.node.AddBlock(b))
		}
	}
	if w.of.index < w.contender.run.members {
		w.tick()
	}
	return nil
}

// tick waits for the next block that the node finds. Nothing is found before the network stands. The two faces of a member have one share between them.
func (w *workNode) tick() {
	r, life := w.contender.run, w.of.own.(*workLife)
	life.ticks++
	mean := float64(r.Spec.Ledger.Interval.Duration) * float64(r.members)
	face := uint64(0)
	if w.of.twofaced {
		mean *= 2
		if w.of == r.nodes[len(r.nodes)-1] {
			face = 1
		}
	}
	number := keyed(uint64(w.of.index), face)
	wait := exponential(mean, r.drawn(w.of.now(), forMiner, number, life.ticks))
	w.of.host.After(wait+max(0, r.Spec.Run.Warmup.Duration-w.of.now()), func() {
		b := w.executor.Build(w.node.State(), w.pool, mempool.PublicKey(r.clientName(r.Spec.Ledger.Clients+w.of.index)))
		b.Nonce = keyed(r.Seed, forNonce, number, life.ticks)
		scenario.Must(w.node.AddBlock(w.contender.solve(b).Block))
		w.tick()
	})
}
