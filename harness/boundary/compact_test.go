package boundary

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
)

// A state that comes again is unpacked once, what a layer did to it does not stay, and another state is another one.
func TestUnpacked_IsAsItCame(t *testing.T) {
	l := &Link{codec: inBrief{}, compact: true}
	sent := func(s *chain.State) arguments {
		return arguments{l, callBuild, []raw{appendValue(nil, 1), appendValue(nil, appendState(nil, s, s.All()))}}
	}
	s := chain.NewState()
	s.SetAccount(mempool.PublicKey{1}, chain.Account{Balance: 7, Nonce: 2})
	s.Advance(3, chain.BlockHash{4})

	first, rest := l.fetch(sent(s))
	base := l.last.base
	require.Empty(t, rest.values)
	first.SetAccount(mempool.PublicKey{1}, chain.Account{})
	first.SetAccount(mempool.PublicKey{5}, chain.Account{Balance: 1})
	first.Advance(4, chain.BlockHash{5})
	second, _ := l.fetch(sent(s))
	require.Same(t, base, l.last.base)
	require.Equal(t, s.All(), second.All())
	require.Equal(t, s.Number(), second.Number())
	require.Equal(t, s.Hash(), second.Hash())

	for _, change := range []func(){
		func() { s.SetAccount(mempool.PublicKey{1}, chain.Account{Balance: 7, Nonce: 3}) },
		func() { s.Advance(3, chain.BlockHash{6}) },
		func() { s.Advance(4, chain.BlockHash{6}) },
	} {
		change()
		other, _ := l.fetch(sent(s))
		require.Equal(t, s.All(), other.All())
		require.Equal(t, s.Number(), other.Number())
		require.Equal(t, s.Hash(), other.Hash())
	}
}
