package daemon

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/miner"
	"strata/node/process/settings"
)

func TestThreads_FRK8(t *testing.T) {
	s := Defaults()
	cfg, err := s.Config()
	require.NoError(t, err)
	require.Equal(t, max(1, runtime.GOMAXPROCS(0)-1), cfg.Miner.Threads, "one core is left to others")
	s.Threads = 3
	cfg, err = s.Config()
	require.NoError(t, err)
	require.Equal(t, 3, cfg.Miner.Threads)
	for _, wrong := range []settings.Count{-1, miner.MaxThreads + 1} {
		s.Threads = wrong
		_, err = s.Config()
		require.ErrorContains(t, err, "threads is")
	}
}
