package chain

import (
	"bytes"
	"maps"
	"slices"

	"strata/mempool"
)

// State is what a chain has come to after one block: that block's number and hash, and every
// account.
//
// A state is either a base, which holds all accounts, or a fork: a thin layer that holds what was
// changed and looks up the rest below. A block is executed on a fork and, if it is valid,
// absorbed; an invalid block's fork is dropped. Both cost what the block changed, however many
// accounts there are (FRK-5).
type State struct {
	below    *State                        // nil for a base
	accounts map[mempool.PublicKey]Account // of a base
	changed  []Change                      // of a fork, the keys in ascending order
	number   uint64
	hash     BlockHash
}

var genesisHash = Genesis().Hash()

// NewState is the state after the genesis block: no accounts.
func NewState() *State {
	return &State{accounts: map[mempool.PublicKey]Account{}, hash: genesisHash}
}

// Number is the number of the block that the state is after.
func (s *State) Number() uint64 { return s.number }

// Hash is the hash of the block that the state is after.
func (s *State) Hash() BlockHash { return s.hash }

// Account is the account of a key; the zero value if it was never touched.
func (s *State) Account(key mempool.PublicKey) Account {
	for ; s.below != nil; s = s.below {
		if i, ok := find(s.changed, &key); ok {
			return s.changed[i].Account
		}
	}
	return s.accounts[key]
}

// SetAccount changes an account. In a fork that has changed n accounts it takes O(n), for n is small.
func (s *State) SetAccount(key mempool.PublicKey, a Account) {
	switch {
	case s.below != nil:
		i, ok := find(s.changed, &key)
		if !ok {
			if len(s.changed) == 1 { // an empty block changes the coinbase alone
				s.changed = slices.Grow(s.changed, blockAccounts)
			}
			s.changed = slices.Insert(s.changed, i, Change{Key: key})
		}
		s.changed[i].Account = a
	case a == Account{}:
		delete(s.accounts, key) // a base keeps no account that was never touched
	default:
		s.accounts[key] = a
	}
}

// find is where a key is among changes, or where it would be.
func find(changes []Change, key *mempool.PublicKey) (i int, ok bool) {
	i, end := 0, len(changes)
	for i < end {
		middle := (i + end) / 2
		switch bytes.Compare(changes[middle].Key[:], key[:]) {
		case 0:
			return middle, true
		case -1:
			i = middle + 1
		default:
			end = middle
		}
	}
	return i, false
}

// Advance names the block that the state is now after.
func (s *State) Advance(number uint64, hash BlockHash) {
	s.number, s.hash = number, hash
}

// blockAccounts is about how many a full block changes: senders, recipients and the coinbase.
const blockAccounts = 21

// Fork is a state that starts as a copy of s and costs nothing: what is written to it is not seen
// in s. While the fork is in use, s may not change except by absorbing it.
func (s *State) Fork() *State {
	return &State{below: s, number: s.number, hash: s.hash}
}

// Change is one account and what it holds.
type Change struct {
	Key     mempool.PublicKey
	Account Account
}

// Changes lists what was written to the fork, the keys in ascending order; for a base it is every
// account. The slice is the caller's.
func (s *State) Changes() []Change {
	if s.below != nil {
		return slices.Clone(s.changed)
	}
	changes := make([]Change, 0, len(s.accounts))
	for key, a := range s.accounts {
		changes = append(changes, Change{key, a})
	}
	slices.SortFunc(changes, func(a, b Change) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return changes
}

// All lists every account, the keys in ascending order. It costs a pass over all of them. The slice is the caller's.
func (s *State) All() []Change { return (&State{accounts: s.all()}).Changes() }

// Undo is what takes a state back over one Absorb: the number and hash before, and the former
// value of every account that changed, the keys in ascending order.
type Undo struct {
	Number   uint64
	Hash     BlockHash
	Accounts []Change
}

// Absorb moves a fork's changes into s, which it was forked from, and returns what takes them
// back. The fork is used up.
func (s *State) Absorb(fork *State) Undo {
	if fork.below != s {
		panic("chain: a state absorbs only its own forks")
	}
	u := Undo{Number: s.number, Hash: s.hash, Accounts: fork.changed}
	for i, c := range u.Accounts {
		u.Accounts[i].Account = s.Account(c.Key)
		s.SetAccount(c.Key, c.Account)
	}
	s.Advance(fork.number, fork.hash)
	*fork = State{}
	return u
}

// Revert takes s back to what it was before the Absorb that returned u. Undos are reverted in the
// opposite order of their making.
func (s *State) Revert(u Undo) {
	for _, c := range u.Accounts {
		s.SetAccount(c.Key, c.Account)
	}
	s.Advance(u.Number, u.Hash)
}

// Equal says whether two states are after the same block and have the same accounts. It costs a
// pass over all of them.
func (s *State) Equal(other *State) bool {
	return s.number == other.number && s.hash == other.hash && maps.Equal(s.all(), other.all())
}

// all collects the touched accounts of all layers.
func (s *State) all() map[mempool.PublicKey]Account {
	if s.below == nil {
		return s.accounts
	}
	all := &State{accounts: maps.Clone(s.below.all())}
	for _, c := range s.changed {
		all.SetAccount(c.Key, c.Account)
	}
	return all.accounts
}
