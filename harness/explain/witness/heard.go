package witness

import (
	"slices"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/gossip"
	"strata/mempool"
	"strata/network"
)

// Heard is a call of a pool or an executor in words.
type Heard struct {
	Given  string // what an executor was asked about: the block that the state is after, and its accounts
	Call   string // with its block, or its pool
	Answer string // empty: it has not returned
	After  string // the accounts that a valid call of an executor left, all that are known by then; else empty
}

// Hear is the stack with somebody who hears of each call of layers 5 and 6, before it is made. The answer is filled in
// when it returns, and stays empty if it panics. The calls are made as they are, and judged by nobody.
func Hear(s chain.Stack, heard func(*Heard)) chain.Stack {
	newPool, newExecutor := s.NewMempool, s.NewExecutor
	s.NewMempool = func(h network.Host, g gossip.Gossip, cfg mempool.Config) mempool.Mempool {
		pool := newPool(h, g, cfg)
		if pool == nil {
			return nil
		}
		return &heardPool{pool, heard}
	}
	s.NewExecutor = func(cfg chain.Config) chain.Executor {
		inner := newExecutor(cfg)
		if inner == nil {
			return nil
		}
		return &heardExecutor{inner: inner, params: cfg.Params, heard: heard}
	}
	return s
}

// heardPool is layer 5, whose calls that change it are heard of.
type heardPool struct {
	mempool.Mempool
	heard func(*Heard)
}

// takes hears of a call with an error.
func (p *heardPool) takes(call string, do func() error) error {
	h := &Heard{Call: call}
	p.heard(h)
	err := do()
	h.Answer = said{err: err}.words(isError)
	return err
}

// Announce is mempool.Mempool's, as are the following.
func (p *heardPool) Announce(tx mempool.Transaction) error {
	return p.takes("Announce: "+Paying(tx), func() error { return p.Mempool.Announce(tx) })
}

func (p *heardPool) Add(tx mempool.Transaction) error {
	return p.takes("Add: "+Paying(tx), func() error { return p.Mempool.Add(tx) })
}

func (p *heardPool) Evict(ids ...mempool.TxID) {
	h := &Heard{Call: "Evict: " + named(p.Transactions(), ids)}
	p.heard(h)
	p.Mempool.Evict(ids...)
	h.Answer = said{}.words(isNothing)
}

// heardExecutor is layer 6, whose calls are heard of.
type heardExecutor struct {
	inner  chain.Executor
	params chain.Params
	heard  func(*Heard)
	known  []mempool.PublicKey // that calls have named
}

// begin hears of a call on s.
func (e *heardExecutor) begin(at position, call string) *Heard {
	for _, key := range at.keys {
		if !slices.Contains(e.known, key) {
			e.known = append(e.known, key)
		}
	}
	h := &Heard{Given: at.words(), Call: call}
	e.heard(h)
	return h
}

// end fills in what became of a call on s.
func (e *heardExecutor) end(h *Heard, at position, s *chain.State, err error) {
	h.Answer = at.outcome(s, err)
	if err == nil {
		h.After = knownTo(s, e.known).words()
	}
}

// knownTo copies what those keys have in a state; nothing of keys that it has never met.
func knownTo(s *chain.State, keys []mempool.PublicKey) position {
	p := position{number: s.Number(), hash: s.Hash()}
	for _, key := range keys {
		if a := s.Account(key); a != (chain.Account{}) {
			p.accounts = append(p.accounts, chain.Change{Key: key, Account: a})
		}
	}
	slices.SortFunc(p.accounts, byName)
	return p
}

// Execute is chain.Executor's, as are the following.
func (e *heardExecutor) Execute(s *chain.State, tx mempool.Transaction) error {
	at := positionOf(s, []mempool.Transaction{tx})
	h := e.begin(at, "Execute: "+Paying(tx))
	err := e.inner.Execute(s, tx)
	e.end(h, at, s, err)
	return err
}

func (e *heardExecutor) Apply(s *chain.State, b chain.Sealed) error {
	at := positionOf(s, b.Transactions, b.Coinbase)
	h := e.begin(at, "Apply: "+describe(e.params, b.Block, b.Hash()))
	err := e.inner.Apply(s, b)
	e.end(h, at, s, err)
	return err
}

func (e *heardExecutor) Build(s *chain.State, pool chain.Pool, coinbase mempool.PublicKey) chain.Block {
	offer := &chaintest.Offer{Txs: pool.Transactions()}
	h := e.begin(positionOf(s, offer.Txs, coinbase), asksToBuild(offer.Txs, coinbase))
	b := e.inner.Build(s, &noted{pool, offer}, coinbase)
	h.Answer = built(b, offer)
	return b
}
