package agreement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/network"
)

// A block comes each five seconds, and of 3f+1 members f may be faulty (CAU-8).
func TestConfig_Defaults_CAU8(t *testing.T) {
	cfg, err := agreement.Config{Members: []ledgers.Member{{Key: network.PublicKey{1}, Addr: "10.0.0.1:4000"}}}.Complete()
	require.NoError(t, err)
	require.Equal(t, 5*time.Second, cfg.Interval)
	_, err = agreement.Config{Interval: -1, Timeout: time.Minute}.Complete()
	require.ErrorContains(t, err, "0 members")
	require.ErrorContains(t, err, "Interval is -1ns")
	require.ErrorContains(t, err, "Timeout is 1m0s")
	for n, f := range map[int]int{1: 0, 3: 0, 4: 1, 6: 1, 7: 2, 21: 6} {
		require.Equal(t, f, agreement.Faulty(n), "of %d", n)
	}
}
