package witness

import (
	"cmp"
	"fmt"
	"slices"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// watchedExecutor is layer 6: each call is asked of our own executor as well, on accounts of its own.
type watchedExecutor struct {
	w      *Witness
	cfg    chain.Config
	newOne chain.New
	inner  chain.Executor
	ours   chain.Executor
	before []string // what a test does, of each call so far
}

func (w *Witness) executor(newOne chain.New, cfg chain.Config) chain.Executor {
	inner := newOne(cfg)
	if inner == nil {
		return nil
	}
	return &watchedExecutor{w: w, cfg: cfg, newOne: newOne, inner: inner, ours: w.ours.NewExecutor(cfg)}
}

// position is what an executor is asked about: a state, of which those accounts matter that the call names.
type position struct {
	keys     []mempool.PublicKey
	accounts []chain.Change
	others   []chain.Change // of s, that the call does not name
	number   uint64
	hash     chain.BlockHash
}

// positionOf copies what a call on s that names these transactions can see.
func positionOf(s *chain.State, txs []mempool.Transaction, more ...mempool.PublicKey) position {
	p := position{number: s.Number(), hash: s.Hash()}
	for _, tx := range txs {
		p.keys = append(p.keys, tx.Sender, tx.Recipient)
	}
	for _, key := range append(p.keys, more...) {
		if !slices.ContainsFunc(p.accounts, func(c chain.Change) bool { return c.Key == key }) {
			p.accounts = append(p.accounts, chain.Change{Key: key, Account: s.Account(key)})
		}
	}
	slices.SortFunc(p.accounts, byName)
	p.keys = nil
	for _, c := range p.accounts {
		p.keys = append(p.keys, c.Key)
	}
	for _, c := range s.Changes() {
		if !slices.Contains(p.keys, c.Key) {
			p.others = append(p.others, c)
		}
	}
	return p
}

// byName orders accounts by the names that reports have for their keys.
func byName(a, b chain.Change) int {
	return cmp.Compare(mempooltest.NameOf(a.Key), mempooltest.NameOf(b.Key))
}

// state makes such a state.
func (p position) state() *chain.State {
	s := chain.NewState()
	for _, c := range p.accounts {
		s.SetAccount(c.Key, c.Account)
	}
	s.Advance(p.number, p.hash)
	return s
}

// same says whether a state is like ours in what the call named, and as it was in all else.
func (p position) same(s, ours *chain.State) bool {
	for _, key := range p.keys {
		if s.Account(key) != ours.Account(key) {
			return false
		}
	}
	return len(p.foreign(s)) == 0 && s.Number() == ours.Number() && s.Hash() == ours.Hash()
}

// foreign are the accounts that have changed in a state though the call does not name them.
func (p position) foreign(s *chain.State) (changed []chain.Change) {
	for _, c := range s.Changes() {
		if !slices.Contains(p.keys, c.Key) && !slices.Contains(p.others, c) {
			changed = append(changed, c)
		}
	}
	return changed
}

// Execute is chain.Executor's, as are the following.
func (e *watchedExecutor) Execute(s *chain.State, tx mempool.Transaction) error {
	at := positionOf(s, []mempool.Transaction{tx})
	c := e.begin(at, "Execute: "+Paying(tx))
	ours := at.state()
	want := e.ours.Execute(ours, tx)
	c.Ours = at.outcome(ours, want)
	code := code(at, executes(tx), wants(at, ours, want))
	c.Test = e.test(code)
	err := e.inner.Execute(s, tx)
	c.Yours = at.outcome(s, err)
	e.end(c, code, at.differ(s, err, ours, want), func(one chain.Executor) bool {
		again := at.state()
		hard, soft := at.differ(again, one.Execute(again, tx), ours, want).kinds()
		return hard || soft
	})
	return err
}

func (e *watchedExecutor) Apply(s *chain.State, b chain.Sealed) error {
	at := positionOf(s, b.Transactions, b.Coinbase)
	c := e.begin(at, "Apply: "+describe(e.cfg.Params, b.Block, b.Hash()))
	ours := at.state()
	want := e.ours.Apply(ours, b)
	c.Ours = at.outcome(ours, want)
	code := code(at, applies(at, b.Block), wants(at, ours, want))
	c.Test = e.test(code)
	err := e.inner.Apply(s, b)
	c.Yours = at.outcome(s, err)
	e.end(c, code, at.differ(s, err, ours, want), func(one chain.Executor) bool {
		again := at.state()
		hard, soft := at.differ(again, one.Apply(again, b), ours, want).kinds()
		return hard || soft
	})
	return err
}

func (e *watchedExecutor) Build(s *chain.State, pool chain.Pool, coinbase mempool.PublicKey) chain.Block {
	offer := &chaintest.Offer{Txs: pool.Transactions()}
	at := positionOf(s, offer.Txs, coinbase)
	c := e.begin(at, asksToBuild(offer.Txs, coinbase))
	ours := at.state()
	theirs := &chaintest.Offer{Txs: offer.Txs}
	want := e.ours.Build(ours, theirs, coinbase)
	c.Ours = built(want, theirs)
	code := code(at, builds(offer.Txs, coinbase), "")
	c.Test = e.test(code)
	got := e.inner.Build(s, &noted{pool, offer}, coinbase)
	wrong := func(s *chain.State, o *chaintest.Offer, b chain.Block) error {
		if !at.same(s, ours) {
			return fmt.Errorf("expected Build to leave the state as it is, got it changed")
		}
		return chaintest.Judge(e.cfg.Params, at.state(), o, coinbase, b)
	}
	c.Yours = built(got, offer)
	found := answer{}
	if err := wrong(s, offer, got); err != nil && chaintest.Judge(e.cfg.Params, ours, theirs, coinbase, want) == nil {
		c.Yours += "\n" + err.Error()
		found.hard = true
	}
	e.end(c, code, found, func(one chain.Executor) bool {
		again, o := at.state(), &chaintest.Offer{Txs: offer.Txs}
		return wrong(again, o, one.Build(again, o, coinbase)) != nil
	})
	return got
}

// noted is a pool that notes what is evicted.
type noted struct {
	chain.Pool
	offer *chaintest.Offer
}

// Evict is chain.Pool's.
func (n *noted) Evict(ids ...mempool.TxID) {
	n.offer.Evict(ids...)
	n.Pool.Evict(ids...)
}

// answer says how an answer differs from ours: in what counts, or in the reason for a refusal alone.
type answer struct{ hard, soft bool }

func (a answer) kinds() (hard, soft bool) { return a.hard, a.soft }

// differ compares an answer with ours. What a refusal leaves of a state is not looked at (CHN-9).
func (p position) differ(s *chain.State, err error, ours *chain.State, want error) answer {
	switch {
	case (err == nil) != (want == nil):
		return answer{hard: true}
	case err == nil:
		return answer{hard: !p.same(s, ours)}
	}
	return answer{soft: !slices.Equal(chaintest.Reasons(err), chaintest.Reasons(want))}
}

// begin notes that a call is under way. Whoever panics in it leaves it open.
func (e *watchedExecutor) begin(at position, what string) *call {
	c := &call{Case: Case{Layer: "chain", Call: what, Yours: "it does not return"}}
	c.Given = []string{at.words()}
	e.w.open = c
	return c
}

// end notes that a call has returned, with the code of it that a test has, and keeps it if its answer is not ours.
// Where a new executor would answer as ours does, it is the calls before that count: the test makes them as well.
func (e *watchedExecutor) end(c *call, code string, found answer, wrongAlone func(chain.Executor) bool) {
	e.w.open = nil
	if found.hard || found.soft {
		c.soft = !found.hard
		if !wrongAlone(e.newOne(e.cfg)) {
			c.Test = e.test(append(slices.Clone(e.before), code)...)
			c.Given = append(c.Given, fmt.Sprintf("before it %d other calls of this executor, without which "+
				"it answers as ours does: it keeps something from one call to the next", len(e.before)))
		}
		e.w.note(c)
	}
	e.before = append(e.before, code)
	if len(e.before) > mostBefore {
		e.before = e.before[1:]
	}
}

// mostBefore is how many calls before one a test makes.
const mostBefore = 200
