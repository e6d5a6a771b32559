package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRekey_TheFutureAloneIsAnother(t *testing.T) {
	const at = 3 * time.Second
	cfg := Config{Seed: 7, Jitter: 3 * time.Millisecond, Fragment: true}
	past := func(cfg Config) uint64 {
		n, _ := flood(t, cfg, 30, 60, troubles()...)
		n.Run(at - 1)
		return n.Hash()
	}
	first, hashes := past(cfg), map[uint64]bool{run(t, cfg, troubles()...).Hash(): true}
	for seed := range uint64(5) {
		other := cfg
		other.Rekey = Rekey{At: at, Seed: seed + 1}
		require.Equal(t, first, past(other))
		oracle := run(t, other, troubles()...).Hash()
		require.NotContains(t, hashes, oracle)
		hashes[oracle] = true
		other.Engine, other.Workers = Windows, 2
		require.Equal(t, oracle, run(t, other, troubles()...).Hash())
	}
}
