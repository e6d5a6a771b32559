package chain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
)

func TestParams_Defaults(t *testing.T) {
	p, err := chain.Params{}.Complete()
	require.NoError(t, err)
	require.Equal(t, chain.Params{Difficulty: 7, BlockReward: 10_000, MaxTransactions: 10}, p)

	again, err := p.Complete()
	require.NoError(t, err)
	require.Equal(t, p, again)

	own := chain.Params{Difficulty: 64, BlockReward: 1<<64 - 1, MaxTransactions: 1}
	kept, err := own.Complete()
	require.NoError(t, err)
	require.Equal(t, own, kept)
}

func TestParams_Faults(t *testing.T) {
	for _, p := range []chain.Params{{Difficulty: -1}, {Difficulty: 65}, {MaxTransactions: -1}} {
		_, err := p.Complete()
		require.ErrorContains(t, err, "want 1 to 64 and 1 or more")
	}
}

func TestConfig_Defaults(t *testing.T) {
	cfg, err := chain.Config{}.Complete()
	require.NoError(t, err)
	params, err := chain.Params{}.Complete()
	require.NoError(t, err)
	require.Equal(t, chain.Config{Params: params, Verifier: mempool.ZIP215{}}, cfg)

	own := chain.Config{Params: params, Verifier: struct{ mempool.Verifier }{}}
	kept, err := own.Complete()
	require.NoError(t, err)
	require.Equal(t, own, kept)

	_, err = chain.Config{Params: chain.Params{Difficulty: -1}}.Complete()
	require.ErrorContains(t, err, "want 1 to 64 and 1 or more")
}
