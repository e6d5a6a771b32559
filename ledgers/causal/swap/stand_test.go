package swap_test

import (
	"slices"

	"strata/ledgers/causal"
	"strata/ledgers/causal/swap"
	"strata/network"
	solution "strata/solutions/causal"
)

// standIn is a ledger without members, which a test tells its blocks.
type standIn struct {
	*swap.Side
	state  *causal.State
	before []causal.ID
	cut    func(now, before []causal.ID) []causal.Delivered
}

func newStandIn(g causal.Genesis, key network.PublicKey, w swap.Writer, cut func(now, before []causal.ID) []causal.Delivered) *standIn {
	return &standIn{Side: swap.NewSide(key, w), state: g.State(), before: []causal.ID{g.Root()}, cut: cut}
}

// Block executes the next block, which is a cut: heads.
func (s *standIn) Block(heads []causal.ID) {
	cut := s.cut(heads, s.before)
	outcomes := solution.NewBank().Execute(s.state, cut)
	s.before = slices.Clone(heads)
	s.Executed(s.state.Height, outcomes, func(of causal.ElementID) (causal.Op, bool) {
		i := slices.IndexFunc(cut, func(u causal.Delivered) bool { return u.ID == of.Update })
		if i < 0 {
			return causal.Op{}, false
		}
		return cut[i].Ops[of.Index], true
	})
}

// Balance is what somebody has, beside what is locked.
func (s *standIn) Balance(of network.PublicKey) uint64 { return s.state.Balance(of) }
