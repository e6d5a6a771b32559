package chain_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/mempool"
)

func account(n byte) mempool.PublicKey { return mempool.PublicKey{n} }

func TestNewState_IsAfterGenesis(t *testing.T) {
	s := chain.NewState()
	require.Zero(t, s.Number())
	require.Equal(t, chain.Genesis().Hash(), s.Hash())
	require.Equal(t, chain.Account{}, s.Account(account(1)))
	require.Empty(t, s.Changes())
}

func TestState_ForkLeavesTheStateAlone(t *testing.T) {
	s := chain.NewState()
	s.SetAccount(account(1), chain.Account{Balance: 5})
	fork := s.Fork()
	require.True(t, fork.Equal(s))

	fork.SetAccount(account(1), chain.Account{})
	fork.SetAccount(account(2), chain.Account{Balance: 7, Nonce: 1})
	fork.Advance(1, chain.BlockHash{1})
	require.Equal(t, chain.Account{Balance: 5}, s.Account(account(1)))
	require.Zero(t, s.Account(account(2)))
	require.Zero(t, s.Number())
	require.Zero(t, fork.Account(account(1)), "what became empty must not show what is below")

	undo := s.Absorb(fork)
	require.Equal(t, uint64(1), s.Number())
	require.Equal(t, chain.BlockHash{1}, s.Hash())
	require.Zero(t, s.Account(account(1)))
	require.Equal(t, chain.Account{Balance: 7, Nonce: 1}, s.Account(account(2)))
	require.Equal(t, []chain.Change{{Key: account(2), Account: chain.Account{Balance: 7, Nonce: 1}}}, s.Changes())
	require.Equal(t, chain.Undo{
		Hash:     chain.Genesis().Hash(),
		Accounts: []chain.Change{{Key: account(1), Account: chain.Account{Balance: 5}}, {Key: account(2)}},
	}, undo)

	s.Revert(undo)
	require.Equal(t, []chain.Change{{Key: account(1), Account: chain.Account{Balance: 5}}}, s.Changes())
	require.Equal(t, chain.Genesis().Hash(), s.Hash())
}

func TestState_AbsorbsOnlyItsOwnForks(t *testing.T) {
	s, other := chain.NewState(), chain.NewState()
	require.Panics(t, func() { s.Absorb(other.Fork()) })
	require.Panics(t, func() { s.Absorb(other) })
	require.Panics(t, func() { s.Absorb(s.Fork().Fork()) })
	fork := s.Fork()
	s.Absorb(fork)
	require.Panics(t, func() { s.Absorb(fork) }, "it is used up")
}

// Any sequence of forks, absorptions and undos, against full copies of a map (FRK-5).
func TestState_AgainstCopies_FRK5(t *testing.T) {
	type copied struct {
		number   uint64
		accounts map[mempool.PublicKey]chain.Account
	}
	rapid.Check(t, func(t *rapid.T) {
		s, now := chain.NewState(), copied{0, map[mempool.PublicKey]chain.Account{}}
		var before []copied
		var undos []chain.Undo
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if len(undos) > 0 && rapid.IntRange(0, 2).Draw(t, "back") == 0 {
				s.Revert(undos[len(undos)-1])
				now = before[len(before)-1]
				undos, before = undos[:len(undos)-1], before[:len(before)-1]
			} else {
				before = append(before, copied{now.number, maps.Clone(now.accounts)})
				fork, number := s.Fork(), now.number+1
				nested := fork.Fork()
				for i := range rapid.IntRange(0, 5).Draw(t, "changes") {
					key := account(rapid.Byte().Draw(t, "key") % 6)
					a := chain.Account{
						Balance: rapid.Uint64Range(0, 2).Draw(t, "balance"),
						Nonce:   rapid.Uint64Range(0, 1).Draw(t, "nonce"),
					}
					nested.SetAccount(key, a)
					now.accounts[key] = a
					require.Equal(t, a, nested.Account(key), i)
				}
				nested.Advance(number, chain.BlockHash{byte(number)})
				now.number = number
				fork.Absorb(nested)
				undos = append(undos, s.Absorb(fork))
			}
			require.Equal(t, now.number, s.Number())
			for n := range byte(6) {
				require.Equal(t, now.accounts[account(n)], s.Account(account(n)))
			}
			touched := maps.Clone(now.accounts)
			maps.DeleteFunc(touched, func(_ mempool.PublicKey, a chain.Account) bool { return a == chain.Account{} })
			require.Len(t, s.Changes(), len(touched))
			require.True(t, slices.IsSortedFunc(s.Changes(), func(a, b chain.Change) int {
				return slices.Compare(a.Key[:], b.Key[:])
			}))
		}
	})
}

// A block costs what it changes: a fork of a large state is as cheap as one of an empty one.
func TestState_ForkCostsNothing_FRK5(t *testing.T) {
	large := chain.NewState()
	for i := range 1 << 16 {
		large.SetAccount(mempool.PublicKey{byte(i), byte(i >> 8)}, chain.Account{Balance: 1})
	}
	cost := func(s *chain.State) float64 {
		return testing.AllocsPerRun(20, func() {
			fork := s.Fork()
			fork.SetAccount(account(3), chain.Account{Balance: 2})
			s.Revert(s.Absorb(fork))
		})
	}
	require.Equal(t, cost(chain.NewState()), cost(large))
}
