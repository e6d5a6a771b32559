// This file is yours to edit. docs/8-validators.md is the chapter; `make reset LAYER=validators` gives a fresh copy.

package validators

import (
	"strata/ledgers"
	"strata/ledgers/validators"
)

// purpose is what the validators agree on blocks for.
type purpose interface {
	// proposer is the validator that proposes in a round of the height after a tip.
	proposer(t *validators.Tip, round uint32) int

	// draft is a fresh block of what waits, for the present round, made at that time.
	draft(now uint64) *validators.Block

	// body checks that a block's body is what its header commits to. Errors: ledgers.ErrMalformed,
	// ledgers.ErrSignature.
	body(b *validators.Block) error

	// execute is the tip with one block more. Errors: agreement.ErrNotHere; any other, and the block is not valid.
	execute(t *validators.Tip, b *validators.Block) (*validators.Tip, error)

	// trusts says whether the operator trusts the proposer of a round of this height.
	trusts(round uint32) bool

	// keep makes safe what decided blocks stand on, and calls done once.
	keep(done func(error))

	settle(b *validators.Block) // a decided block is the tip
	told(b *validators.Block)   // and was not on the disk before

	convicts(e *validators.Evidence) bool // evidence is worth keeping
	working() bool                        // there is work for a block now
	remind()                              // what waits is sent again
	snapshots() bool                      // nodes offer their state
}

// payments is the purpose of elective 8: transactions and stakes. The rest of it is in work.go.
type payments struct{ *node }

func (p payments) proposer(t *validators.Tip, round uint32) int {
	return p.rules.Judge.Proposer(len(t.Next), t.Height+1, round)
}

func (p payments) draft(now uint64) *validators.Block {
	return p.rules.Draft(p.tip, p.round, now, p.evidence(), p.fill(ledgers.MaxBlockOps))
}

func (p payments) body(b *validators.Block) error {
	switch {
	case b.Content != nil || b.TxRoot != validators.TxRoot(b.IDs(p.chain)):
		return ledgers.ErrMalformed
	case !p.verified(b.Txs):
		return ledgers.ErrSignature
	}
	return nil
}

func (p payments) execute(t *validators.Tip, b *validators.Block) (*validators.Tip, error) {
	return p.rules.Execute(t, b)
}

func (p payments) convicts(e *validators.Evidence) bool {
	trial := p.tip.State
	return p.rules.Convict(&trial, p.height(), e) == nil
}

func (p payments) trusts(uint32) bool    { return true }
func (p payments) keep(done func(error)) { done(nil) }
func (p payments) snapshots() bool       { return true }
