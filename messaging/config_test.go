package messaging_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/messaging"
)

func TestConfig(t *testing.T) {
	cfg, err := messaging.Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, messaging.Config{Timeout: 10 * time.Second, MaxID: math.MaxUint32}, cfg)

	own := messaging.Config{Timeout: time.Minute, MaxID: 3}
	cfg, err = own.Complete()
	require.NoError(t, err)
	require.Equal(t, own, cfg)

	_, err = messaging.Config{Timeout: -1}.Complete()
	require.ErrorContains(t, err, "Timeout")
}
