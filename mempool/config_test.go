package mempool_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/mempool"
)

func TestConfig_Defaults(t *testing.T) {
	cfg, err := mempool.Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, mempool.Config{KeepFor: time.Minute, MaxTxs: 5000, MaxPerSender: 64, Verifier: mempool.ZIP215{}}, cfg)

	again, err := cfg.Complete()
	require.NoError(t, err)
	require.Equal(t, cfg, again)

	own := mempool.Config{KeepFor: time.Second, MaxTxs: 1, MaxPerSender: 2, Verifier: other{}}
	kept, err := own.Complete()
	require.NoError(t, err)
	require.Equal(t, own, kept)
}

// other is a verifier that is not the default.
type other struct{ mempool.Verifier }

func TestConfig_Faults(t *testing.T) {
	for _, cfg := range []mempool.Config{{KeepFor: -1}, {MaxTxs: -1}, {MaxPerSender: -1}} {
		_, err := cfg.Complete()
		require.ErrorContains(t, err, "none may be negative")
	}
}
