package validators

import (
	"encoding/binary"
	"slices"

	"strata/ledgers"
	"strata/network"
)

// State is what the decided blocks have made, as entries of a Tree. A copy of a State costs nothing, and what is
// written to it is not seen in the other.
//
// Entries, by the first byte of their keys:
//
//	a account               balance u64 | nonce u64
//	r account               registration: see Registration
//	k consensus key         account: that registered it, for good
//	n                       number u32 of registered accounts; n index: account
//	d account, index u32    delegator 32 | amount u64; D account, delegator: index
//	u height u64            what is paid then: a list of Unbonding
//	s height u64            the set from that height on; s: the height from which the present one is
//	m                       the heights, from the oldest, whose sets are kept
type State struct{ tree Tree }

// Root commits to the whole state.
func (s *State) Root() Hash { return s.tree.Root() }

// Tree is its entries.
func (s *State) Tree() Tree { return s.tree }

// StateOf is the state with these entries.
func StateOf(t Tree) State { return State{t} }

// key joins the parts of an entry's key.
func key(kind byte, parts ...[]byte) []byte {
	return slices.Concat(append([][]byte{{kind}}, parts...)...)
}

func u32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
func u64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// read decodes an entry; nil if there is none. What is in a state was written by this package.
func (s *State) read(key []byte) *ledgers.Decoder {
	if value, ok := s.tree.Value(key); ok {
		return ledgers.NewDecoder(value)
	}
	return nil
}

func (s *State) write(key, value []byte) { s.tree = s.tree.With(key, value) }

// number is an entry that is one number; 0 if there is none.
func (s *State) number(key []byte) uint64 {
	if d := s.read(key); d != nil {
		return d.Uint64()
	}
	return 0
}

// Account is what an account has.
type Account struct {
	Balance uint64
	Nonce   uint64 // of its last transaction; 0: none
}

// Account is that of an address; zero if nobody has ever paid it.
func (s *State) Account(a Address) (acc Account) {
	if d := s.read(key('a', a[:])); d != nil {
		acc.Balance, acc.Nonce = d.Uint64(), d.Uint64()
	}
	return acc
}

func (s *State) setAccount(a Address, acc Account) {
	s.write(key('a', a[:]), append(u64(acc.Balance), u64(acc.Nonce)...))
}

// pay adds to a balance. No sum overflows: the supply is below 2^62 (VAL-1).
func (s *State) pay(a Address, amount uint64) {
	acc := s.Account(a)
	acc.Balance += amount
	s.setAccount(a, acc)
}

// Registration is what a registered account is as a candidate.
type Registration struct {
	Key        network.PublicKey
	Commission uint16
	Missed     uint32 // certificates of this epoch that it is not in, while it was in the set
	Marked     bool   // it was convicted, and is never eligible again (VAL-9)
	Self       uint64 // delegated by itself
	Power      uint64 // delegated by all
	Delegators uint32 // entries of delegations, those of nothing included
}

// Registration is that of an account; false if it has none.
func (s *State) Registration(a Address) (r Registration, ok bool) {
	d := s.read(key('r', a[:]))
	if d == nil {
		return r, false
	}
	d.Into(r.Key[:])
	r.Commission, r.Missed, r.Marked = d.Uint16(), d.Uint32(), d.Uint8() == 1
	r.Self, r.Power, r.Delegators = d.Uint64(), d.Uint64(), d.Uint32()
	return r, true
}

func (s *State) setRegistration(a Address, r Registration) {
	b := binary.BigEndian.AppendUint16(slices.Clone(r.Key[:]), r.Commission)
	b = append(binary.BigEndian.AppendUint32(b, r.Missed), 0)
	if r.Marked {
		b[len(b)-1] = 1
	}
	b = append(append(b, u64(r.Self)...), u64(r.Power)...)
	s.write(key('r', a[:]), append(b, u32(r.Delegators)...))
}

// Owner is the account that has registered a consensus key; false if none has.
func (s *State) Owner(k network.PublicKey) (a Address, ok bool) {
	d := s.read(key('k', k[:]))
	if d == nil {
		return a, false
	}
	d.Into(a[:])
	return a, true
}

// Candidates are the registered accounts, in the order of their registrations.
func (s *State) Candidates() []Address {
	all := make([]Address, s.number(key('n')))
	for i := range all {
		s.read(key('n', u32(uint32(i)))).Into(all[i][:])
	}
	return all
}

// register makes an account a candidate. Neither it nor the key is registered.
func (s *State) register(a Address, k network.PublicKey, commission uint16) {
	n := s.number(key('n'))
	s.write(key('n'), u64(n+1))
	s.write(key('n', u32(uint32(n))), slices.Clone(a[:]))
	s.write(key('k', k[:]), slices.Clone(a[:]))
	s.setRegistration(a, Registration{Key: k, Commission: commission})
}

// Delegated is what a delegator has with a registered account.
func (s *State) Delegated(to, by Address) uint64 {
	d := s.read(key('D', to[:], by[:]))
	if d == nil {
		return 0
	}
	_, amount := s.delegation(to, d.Uint32())
	return amount
}

// delegation is an entry of a registered account.
func (s *State) delegation(to Address, index uint32) (by Address, amount uint64) {
	d := s.read(key('d', to[:], u32(index)))
	d.Into(by[:])
	return by, d.Uint64()
}

// setDelegation writes what a delegator has, and the sums of the registration with it.
func (s *State) setDelegation(to, by Address, amount uint64) {
	r, _ := s.Registration(to)
	before, index := s.Delegated(to, by), r.Delegators
	if d := s.read(key('D', to[:], by[:])); d != nil {
		index = d.Uint32()
	} else {
		s.write(key('D', to[:], by[:]), u32(index))
		r.Delegators++
	}
	r.Power = r.Power - before + amount
	if by == to {
		r.Self = amount
	}
	s.write(key('d', to[:], u32(index)), append(slices.Clone(by[:]), u64(amount)...))
	s.setRegistration(to, r)
}
