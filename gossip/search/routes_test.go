package search

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
)

func TestRoutes_AreBounded(t *testing.T) {
	start := time.Unix(0, 0)
	r := routes{keep: 30 * time.Second, max: 3}
	for i := range 10 {
		r.add(ID{byte(i)}, "a:1", start.Add(time.Duration(i)*time.Second))
		require.LessOrEqual(t, len(r.back), 3)
		require.Len(t, r.order, len(r.back))
	}
	_, known := r.find(ID{6}, start.Add(9*time.Second))
	require.False(t, known, "the oldest gave way")
	peer, known := r.find(ID{7}, start.Add(9*time.Second))
	require.True(t, known)
	require.Equal(t, network.Addr("a:1"), peer)

	_, known = r.find(ID{9}, start.Add(39*time.Second))
	require.False(t, known, "out of date")
	r.add(ID{9}, "b:1", start.Add(39*time.Second))
	peer, _ = r.find(ID{9}, start.Add(40*time.Second))
	require.Equal(t, network.Addr("b:1"), peer, "a new way may be noted then")
	require.Len(t, r.back, 1, "what is out of date is gone")
}

func TestConfig_Defaults(t *testing.T) {
	got, err := Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, Config{Timeout: 10 * time.Second, RouteFor: 30 * time.Second, MaxRoutes: 4096}, got)
	_, err = Config{MaxRoutes: -1}.Complete()
	require.ErrorContains(t, err, "MaxRoutes -1")
}
