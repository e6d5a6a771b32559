// Package reorg changes a state by several blocks so that either all of it counts or nothing.
//
// A reorganisation reverts some blocks and absorbs others. A fork could hold all of that, but then
// each account is written twice. A Reorg changes the state itself and remembers how to take each
// change back: it costs what the blocks change, however many accounts there are (FRK-5).
package reorg

import (
	"bytes"
	"slices"

	"strata/chain"
	"strata/mempool"
)

// Reorg is a reorganisation under way. Until it is over the state changes through it alone.
type Reorg struct {
	state *chain.State
	back  []chain.Undo // take the state back to the beginning, the last first
}

// Begin begins a reorganisation of a state that is no fork. Whoever keeps what it did just forgets it;
// Drop takes it back.
func Begin(s *chain.State) *Reorg { return &Reorg{state: s} }

// State is the state as it has become so far.
func (r *Reorg) State() *chain.State { return r.state }

// Absorb moves a fork's changes into the state, as State.Absorb does.
func (r *Reorg) Absorb(fork *chain.State) chain.Undo {
	u := r.state.Absorb(fork)
	r.back = append(r.back, u)
	return u
}

// Revert takes the state back over one Absorb, as State.Revert does.
func (r *Reorg) Revert(u chain.Undo) {
	back := chain.Undo{Number: r.state.Number(), Hash: r.state.Hash(), Accounts: make([]chain.Change, len(u.Accounts))}
	for i, c := range u.Accounts {
		back.Accounts[i] = chain.Change{Key: c.Key, Account: r.state.Account(c.Key)}
	}
	r.back = append(r.back, back)
	r.state.Revert(u)
}

// Touched lists the accounts that have changed so far, and what they hold now, the keys in
// ascending order. The slice is the caller's.
func (r *Reorg) Touched() []chain.Change {
	var changes []chain.Change
	seen := map[mempool.PublicKey]bool{}
	for _, u := range r.back {
		for _, c := range u.Accounts {
			if !seen[c.Key] {
				seen[c.Key] = true
				changes = append(changes, chain.Change{Key: c.Key, Account: r.state.Account(c.Key)})
			}
		}
	}
	slices.SortFunc(changes, func(a, b chain.Change) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return changes
}

// Drop takes back everything that was done.
func (r *Reorg) Drop() {
	for _, u := range slices.Backward(r.back) {
		r.state.Revert(u)
	}
	r.back = nil
}
