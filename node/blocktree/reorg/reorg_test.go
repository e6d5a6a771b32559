package reorg_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree/reorg"
)

// changer is a state, or a reorganisation of one.
type changer interface {
	Absorb(fork *chain.State) chain.Undo
	Revert(u chain.Undo)
}

// Any reorganisation that is dropped leaves nothing, and one that is kept leaves what plain changes
// leave (FRK-5).
func TestReorg_AllOrNothing_FRK5(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tried, plain, before := chain.NewState(), chain.NewState(), chain.NewState()
		var undos []chain.Undo
		number := uint64(0)
		change := func(states map[*chain.State]changer) {
			key := mempool.PublicKey{rapid.Byte().Draw(t, "key") % 6}
			account := chain.Account{Balance: rapid.Uint64Range(0, 2).Draw(t, "balance")}
			number++
			if last := len(undos) - 1; last >= 0 && rapid.Bool().Draw(t, "revert") {
				for _, c := range states {
					c.Revert(undos[last])
				}
				undos = undos[:last]
				return
			}
			var undo chain.Undo
			for s, c := range states {
				fork := s.Fork()
				fork.SetAccount(key, account)
				fork.Advance(number, chain.BlockHash{byte(number)})
				undo = c.Absorb(fork)
			}
			undos = append(undos, undo)
		}
		for range rapid.IntRange(0, 6).Draw(t, "before") {
			change(map[*chain.State]changer{tried: tried, plain: plain, before: before})
		}
		r := reorg.Begin(tried)
		for range rapid.IntRange(0, 10).Draw(t, "tried") {
			change(map[*chain.State]changer{tried: r, plain: plain})
		}
		for _, c := range r.Touched() {
			require.Equal(t, plain.Account(c.Key), c.Account)
		}
		require.True(t, r.State().Equal(plain))
		r.Drop()
		require.True(t, tried.Equal(before))
		require.Empty(t, r.Touched())
	})
}
