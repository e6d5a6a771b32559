package p2p_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/p2p"
)

func TestConfig_Defaults(t *testing.T) {
	got, err := p2p.Config{Self: "a:1"}.Complete()
	require.NoError(t, err)
	require.Equal(t, p2p.Config{
		Self: "a:1", MaxPeers: 40, Interval: time.Second, HelloWithin: 10 * time.Second,
		MaxListed: 1000, MaxDials: 16, BackoffMin: time.Second, BackoffMax: 5 * time.Minute,
	}, got)
	again, err := got.Complete()
	require.NoError(t, err)
	require.Equal(t, got, again)
}

func TestConfig_ReportsEveryFault(t *testing.T) {
	_, err := p2p.Config{
		Self: "nowhere", Bootstrap: []network.Addr{"a:1", "b"}, MaxPeers: -1, BackoffMin: time.Hour,
	}.Complete()
	require.ErrorIs(t, err, network.ErrBadAddr)
	for _, part := range []string{"Self", "Bootstrap[1]", "MaxPeers -1", "BackoffMin 1h0m0s"} {
		require.ErrorContains(t, err, part)
	}
	require.NotContains(t, err.Error(), "Bootstrap[0]")
}
