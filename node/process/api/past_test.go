package api_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/process/api"
)

const ten = 10 * time.Second

// A day is kept, and no more: a week of samples takes less than a mebibyte.
func TestPast_IsBounded(t *testing.T) {
	p := api.NewPast()
	last := 7 * 24 * time.Hour
	for at := time.Duration(0); at <= last; at += ten {
		p.Add(at, uint64(at/time.Second), 5, 1)
	}
	require.LessOrEqual(t, p.Bytes(), uintptr(1<<20))
	ages, heights, rates, pooled := p.Since(last, 24*time.Hour, 1000)
	require.LessOrEqual(t, len(ages), 1000)
	require.Greater(t, len(ages), 950)
	require.Less(t, ages[0], uint64(24*3600))
	require.Greater(t, ages[0], uint64(23*3600))
	require.Zero(t, ages[len(ages)-1])
	require.Equal(t, uint64(last/time.Second), heights[len(heights)-1])
	require.Len(t, rates, len(ages))
	require.Len(t, pooled, len(ages))
	for i := range ages {
		require.Equal(t, 5.0, rates[i])
		require.True(t, i == 0 || ages[i] < ages[i-1], "the oldest first")
	}
}

// Of several samples in one point the rates are made into their mean, and what waits into the most that did.
func TestPast_MakesPoints(t *testing.T) {
	p := api.NewPast()
	for i := range 12 {
		p.Add(time.Duration(i)*ten, uint64(i), float64(i), uint32(i%5))
	}
	ages, heights, rates, pooled := p.Since(115*time.Second, 120*time.Second, 2)
	require.Equal(t, []uint64{65, 5}, ages)
	require.Equal(t, []uint64{5, 11}, heights)
	require.Equal(t, []float64{2.5, 8.5}, rates)
	require.Equal(t, []uint32{4, 4}, pooled)

	ages, _, _, _ = p.Since(time.Hour, time.Minute, 10)
	require.Empty(t, ages, "nothing was seen in the last minute")
	ages, _, _, _ = p.Since(115*time.Second, time.Minute, 1000)
	require.Equal(t, []uint64{55, 45, 35, 25, 15, 5}, ages, "no more points than samples")
}

// The node tells its past from the first moment on, and refuses spans that it does not keep.
func TestHistory_OfTheNode(t *testing.T) {
	r := newRig(t, api.Config{SampleEvery: time.Millisecond})
	r.mine(r.tip)
	var got struct {
		Span          uint64
		Ages, Heights []uint64
		Pooled, Peers []uint32
		HashRate      []float64 `json:"hash_rate"`
	}
	require.Eventually(t, func() bool {
		a := r.request("GET", "/v1/history?span=60&points=10", "")
		defer a.Body.Close()
		require.Equal(t, http.StatusOK, a.StatusCode)
		require.NoError(t, json.NewDecoder(a.Body).Decode(&got))
		return len(got.Heights) > 0 && got.Heights[len(got.Heights)-1] == 1
	}, patience, 5*time.Millisecond)
	require.Equal(t, uint64(60), got.Span)
	for _, query := range []string{"span=59", "span=86401", "points=0", "points=1001", "span=x", "from=3"} {
		a := r.request("GET", "/v1/history?"+query, "")
		require.Equal(t, http.StatusBadRequest, a.StatusCode, query)
		a.Body.Close()
	}
}

// Blocks say when they came in; one of before the node says nothing.
func TestBlocks_SayWhenTheyCame(t *testing.T) {
	r := newRig(t, api.Config{})
	before := time.Now().Add(-time.Second)
	b := r.mine(r.tip)
	var page struct {
		Blocks []struct{ Received *time.Time }
	}
	a := r.request("GET", "/v1/blocks", "")
	require.NoError(t, json.NewDecoder(a.Body).Decode(&page))
	a.Body.Close()
	require.Len(t, page.Blocks, 2)
	require.WithinRange(t, *page.Blocks[0].Received, before, time.Now().Add(time.Second))
	require.Nil(t, page.Blocks[1].Received, "genesis came from nowhere")
	var one struct{ Received *time.Time }
	a = r.request("GET", "/v1/blocks/"+b.Hash().String(), "")
	require.NoError(t, json.NewDecoder(a.Body).Decode(&one))
	a.Body.Close()
	require.NotNil(t, one.Received)
}

// A clock that was set while the node ran changes no age: ages are by the clock that does not jump.
func TestReceived_OutlivesAClockThatJumps(t *testing.T) {
	at := time.Now() // with a reading of the clock that does not jump
	now := time.Now()
	wall := api.WallTime(at)
	require.WithinDuration(t, now, *wall, time.Second)
	require.Nil(t, api.WallTime(time.Time{}))
	jumped := at.Round(0).Add(-time.Hour) // without one, it is a time of the wall and nothing else
	require.WithinDuration(t, now.Add(-time.Hour), *api.WallTime(jumped), time.Second)
}
