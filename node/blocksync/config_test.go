package blocksync

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConfig(t *testing.T) {
	cfg, err := Config{}.Complete()
	require.NoError(t, err)
	again, err := cfg.Complete()
	require.NoError(t, err)
	require.Equal(t, cfg, again)
	require.LessOrEqual(t, cfg.Step, MaxStep)

	_, err = Config{Step: MaxStep + 1, Window: -1, Deadline: -1}.Complete()
	for _, fault := range []string{"Step", "Window", "Deadline"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = Config{Pause: cfg.MaxPause + 1}.Complete()
	require.ErrorContains(t, err, "MaxPause")
}
