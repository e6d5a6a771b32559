package validators

import (
	"bytes"
	"cmp"
	"slices"

	"strata/ledgers"
)

// Set is the set of a height, as far back as evidence can reach; nil before that. The next height's is there as
// well.
func (s *State) Set(height uint64) Set {
	froms := s.froms()
	for _, from := range slices.Backward(froms) {
		if from <= height {
			value, _ := s.tree.Value(key('s', u64(from)))
			set, err := DecodeSet(value)
			if err != nil {
				panic("validators: the state has a set that is none: " + err.Error())
			}
			return set
		}
	}
	return nil
}

// froms are the heights from which a set that is kept was the one, the oldest first.
func (s *State) froms() (all []uint64) {
	d := s.read(key('m'))
	for n := lengthOf(d); n > 0; n-- {
		all = append(all, d.Uint64())
	}
	return all
}

// setSet notes the set from a height on, and forgets those of which all heights are below keep.
func (s *State) setSet(from, keep uint64, set Set) {
	froms := append(s.froms(), from)
	for len(froms) > 1 && froms[1] <= keep {
		s.tree = s.tree.Without(key('s', u64(froms[0])))
		froms = froms[1:]
	}
	b := u32(uint32(len(froms)))
	for _, height := range froms {
		b = append(b, u64(height)...)
	}
	s.write(key('m'), b)
	s.write(key('s', u64(from)), set.Encode())
}

// Elect is the set that follows from a state (VAL-3): of those with enough self stake that are not marked and have
// missed few certificates the first by power, self stake, commission and account; nil if there is none.
func (s *State) Elect(p Params) Set {
	type candidate struct {
		Address
		Registration
	}
	var all []candidate
	for _, a := range s.Candidates() {
		r, _ := s.Registration(a)
		if r.Self >= p.MinSelf && !r.Marked && r.Missed <= p.MaxMissed {
			all = append(all, candidate{a, r})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(-cmp.Compare(a.Power, b.Power), -cmp.Compare(a.Self, b.Self),
			cmp.Compare(a.Commission, b.Commission), bytes.Compare(a.Address[:], b.Address[:]))
	})
	var set Set
	for _, c := range all[:min(len(all), ledgers.MaxMembers)] {
		set = append(set, Validator{Key: c.Key, Account: c.Address, Power: c.Power})
	}
	return set
}

// endEpoch elects the set of the next height and counts missed certificates from zero again. If nobody is eligible
// the old set stays.
func (s *State) endEpoch(height uint64, p Params) {
	elected := s.Elect(p)
	for _, a := range s.Candidates() {
		if r, _ := s.Registration(a); r.Missed > 0 {
			r.Missed = 0
			s.setRegistration(a, r)
		}
	}
	if old := s.Set(height); elected == nil || slices.Equal(elected, old) {
		return
	}
	keep := uint64(0)
	if height > p.Unbonding {
		keep = height - p.Unbonding
	}
	s.setSet(height+1, keep, elected)
}

// missed counts for each validator of a set whether a certificate is without it.
func (s *State) missed(set Set, c *Certificate) {
	for i, v := range set {
		if r, ok := s.Registration(v.Account); ok && !c.Signed(i) {
			r.Missed++
			s.setRegistration(v.Account, r)
		}
	}
}
