package validators

import (
	"slices"

	"strata/ledgers"
)

// Unbonding is stake that was undelegated and is not paid yet: it has no power, and can be slashed (VAL-1).
type Unbonding struct {
	From   Address // the registered account
	By     Address // it is paid to
	Since  uint64  // height at which it was undelegated
	Amount uint64
}

// Unbonding is what is paid at a height, in the order in which it was undelegated.
func (s *State) Unbonding(height uint64) (all []Unbonding) {
	d := s.read(key('u', u64(height)))
	for n := lengthOf(d); n > 0; n-- {
		var u Unbonding
		d.Into(u.From[:])
		d.Into(u.By[:])
		u.Since, u.Amount = d.Uint64(), d.Uint64()
		all = append(all, u)
	}
	return all
}

// lengthOf is the number that an entry begins with; 0 of none.
func lengthOf(d *ledgers.Decoder) uint32 {
	if d == nil {
		return 0
	}
	return d.Uint32()
}

func (s *State) setUnbonding(height uint64, all []Unbonding) {
	if len(all) == 0 {
		s.tree = s.tree.Without(key('u', u64(height)))
		return
	}
	b := u32(uint32(len(all)))
	for _, u := range all {
		b = slices.Concat(b, u.From[:], u.By[:], u64(u.Since), u64(u.Amount))
	}
	s.write(key('u', u64(height)), b)
}

// payUnbonding pays what is due.
func (s *State) payUnbonding(height uint64) {
	for _, u := range s.Unbonding(height) {
		s.pay(u.By, u.Amount)
	}
	s.setUnbonding(height, nil)
}

// Cut says how much of an amount is taken.
type Cut func(amount uint64) uint64

// SlashStake takes a part of all that is delegated to an account, and of what has been undelegated from it since a
// height and is not paid by now. What is taken is burnt.
func (s *State) SlashStake(a Address, since, now, unbonding uint64, cut Cut) {
	r, ok := s.Registration(a)
	if !ok {
		return
	}
	for i := range r.Delegators {
		by, amount := s.delegation(a, i)
		if amount > 0 {
			s.setDelegation(a, by, amount-cut(amount))
		}
	}
	for height := now; height <= now+unbonding; height++ {
		all := s.Unbonding(height)
		if !slices.ContainsFunc(all, func(u Unbonding) bool { return u.From == a && u.Since >= since }) {
			continue
		}
		for i := range all {
			if u := &all[i]; u.From == a && u.Since >= since {
				u.Amount -= cut(u.Amount)
			}
		}
		s.setUnbonding(height, all)
	}
}

// Mark makes an account a convicted one: it is never eligible again.
func (s *State) Mark(a Address) {
	if r, ok := s.Registration(a); ok {
		r.Marked = true
		s.setRegistration(a, r)
	}
}
