// This file is yours to edit. docs/8-validators.md is the chapter; `make reset LAYER=validators` gives a fresh copy.

package validators

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/validators"
	"strata/network"
	"strata/p2p"
)

// foreign is the purpose of another ledger whose members agree by this code: its blocks have a content, and no more.
type foreign struct {
	*node
	app   agreement.Application
	again bool // blocks are about to be judged again
}

// NewAgreement makes the agreement of another ledger.
func NewAgreement(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg agreement.Config, app agreement.Application) agreement.Agreement {
	limits := validators.Config{
		EmptyInterval: cfg.Interval, TimeoutPropose: cfg.Timeout, TimeoutPrevote: cfg.Timeout / 2, TimeoutPrecommit: cfg.Timeout / 2,
	}.Defaults()
	n := &node{
		host: host, gossip: g, peers: peers, cfg: limits, chain: cfg.Chain, key: host.Identity().Key(),
		rules:   &validators.Rules{Chain: cfg.Chain, Judge: NewJudge()},
		accused: map[network.PublicKey]*validators.Evidence{},
		next:    map[network.PublicKey][]*word{},
		below:   func() {},
	}
	for _, m := range cfg.Members {
		n.first = append(n.first, validators.Validator{Key: m.Key, Account: m.Key, Power: 1})
	}
	n.tip = &validators.Tip{Next: n.first}
	n.clear()
	f := &foreign{node: n, app: app}
	n.purpose, n.watch = f, blames{app: app}
	return f
}

// Listen is agreement.Agreement's.
func (f *foreign) Listen() error { return f.listen() }

// Start is agreement.Agreement's.
func (f *foreign) Start() error {
	if err := f.recover(); err != nil {
		return err
	}
	f.run()
	return nil
}

// Again is agreement.Agreement's.
func (f *foreign) Again() {
	if f.again || f.stopped {
		return
	}
	f.again = true
	f.host.After(0, func() {
		f.again = false
		f.advance()
	})
}

// Failure is agreement.Agreement's.
func (f *foreign) Failure() error { return f.failure }

// Stop is agreement.Agreement's.
func (f *foreign) Stop() { f.node.Stop() }

// Standing is agreement.Agreement's.
func (f *foreign) Standing() agreement.Standing {
	s := agreement.Standing{Newest: f.newest(f.tip), Round: f.round, Leader: f.proposer(f.tip, f.round)}
	if f.tip.By != nil {
		s.Signers = len(f.tip.By.Signatures)
	}
	s.Accused = slices.SortedFunc(maps.Keys(f.accused), func(a, b network.PublicKey) int { return slices.Compare(a[:], b[:]) })
	return s
}

// newest is the block that a tip is.
func (f *foreign) newest(t *validators.Tip) agreement.Block {
	if t.Block == nil {
		return agreement.Block{}
	}
	return f.view(t.Block, t.Hash)
}

// view is a block as the other ledger sees it.
func (f *foreign) view(b *validators.Block, hash validators.Hash) agreement.Block {
	return agreement.Block{
		Height: b.Height, Round: b.Round, Maker: f.first.Index(b.Proposer), Time: b.Time, Hash: hash, Parent: b.Parent, Content: b.Content,
	}
}

func (f *foreign) proposer(t *validators.Tip, round uint32) int {
	return f.app.Leads(f.newest(t), round)
}

func (f *foreign) draft(now uint64) *validators.Block {
	t, set := f.tip, f.first.Hash()
	b := &validators.Block{Last: t.By, Content: f.app.Content(f.newest(t))}
	b.Header = validators.Header{
		Height: t.Height + 1, Round: f.round, Proposer: f.first[f.proposer(t, f.round)].Account, Time: max(now, t.Time+1), Parent: t.Hash,
		TxRoot: validators.ContentRoot(b.Content), EvidenceRoot: validators.EvidenceRoot(nil), LastSum: validators.SumOf(t.By),
		SetHash: set, NextHash: set,
	}
	return b
}

func (f *foreign) body(b *validators.Block) error {
	if len(b.Txs)+len(b.Evidence) > 0 || b.Content == nil || b.TxRoot != validators.ContentRoot(b.Content) {
		return ledgers.ErrMalformed
	}
	return nil
}

func (f *foreign) execute(t *validators.Tip, b *validators.Block) (*validators.Tip, error) {
	if err := errors.Join(f.body(b), f.rules.Follows(t, b, f.proposer(t, b.Round))); err != nil {
		return nil, fmt.Errorf("%w: height %d: %w", validators.ErrBlock, b.Height, err)
	}
	if set := f.first.Hash(); b.SetHash != set || b.NextHash != set || b.StateRoot != (validators.Hash{}) {
		return nil, fmt.Errorf("%w: height %d: its members or its state are others (VAL-2)", validators.ErrBlock, b.Height)
	}
	hash := b.Hash(f.chain)
	known, err := f.app.Check(f.newest(t), f.view(b, hash))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: height %d: %w", validators.ErrBlock, b.Height, err)
	case !known:
		return nil, agreement.ErrNotHere
	}
	return &validators.Tip{Height: b.Height, Hash: hash, Time: b.Time, Set: f.first, Next: f.first, Block: b}, nil
}

func (f *foreign) trusts(round uint32) bool { return f.app.Trusts(f.proposer(f.tip, round)) }
func (f *foreign) keep(done func(error))    { f.app.Keep(done) }

// settle hands a decided block over, whether it was on the disk or not.
func (f *foreign) settle(b *validators.Block) { f.app.Decided(f.newest(f.tip)) }
func (f *foreign) told(*validators.Block)     {}

// convicts says whether a member has said two things: nothing is taken from it, but it is shown.
func (f *foreign) convicts(e *validators.Evidence) bool {
	return f.first.Index(e.First.Key) >= 0 && f.rules.Judge.Contradict(f.chain, e)
}

func (f *foreign) working() bool   { return false }
func (f *foreign) remind()         {}
func (f *foreign) snapshots() bool { return false }

// blames passes on who is blamed: nothing else happens to operations here.
type blames struct {
	ledgers.Watcher // nil
	app             agreement.Application
}

func (w blames) Blamed(from network.Addr, why error) { w.app.Blamed(from, why) }
