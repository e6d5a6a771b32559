package chain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
)

// A block that is sealed has the text and the hash that it has unsealed, wherever it comes from (CHN-1).
func TestSealed_IsTheBlock_CHN1(t *testing.T) {
	b, err := chain.ParseBlock([]byte(goldenText))
	require.NoError(t, err)
	parsed, err := chain.ParseSealed([]byte(goldenText), chain.HashOf([]byte(goldenText)))
	require.NoError(t, err)
	for _, s := range []chain.Sealed{chain.Seal(b), parsed} {
		require.Equal(t, b, s.Block)
		require.Equal(t, goldenText, string(s.Text()))
		require.Equal(t, b.Hash(), s.Hash())
	}
	_, err = chain.ParseSealed([]byte(goldenText)[1:], chain.BlockHash{})
	require.ErrorIs(t, err, chain.ErrMalformed)
}

func TestSealed_TextAndHashCostNothing(t *testing.T) {
	s := chain.Seal(chain.Genesis())
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = s.Text(), s.Hash() }))
}
