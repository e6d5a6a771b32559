package sim

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// What waits is sorted, whoever leaves and comes: near the front, as mostly, or anywhere.
func TestDue_IsSorted(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		var d due
		want := []int64{}
		now := int64(0)
		for range 400 {
			if n := len(want); n > 0 && r.IntN(2) == 0 {
				at := r.IntN(1 + r.IntN(n))
				require.Equal(t, want[at], d.remove(at).at)
				now, want = max(now, want[at]), slices.Delete(want, at, at+1)
			} else {
				q := queued{event: event{at: now + r.Int64N(1+r.Int64N(100)), order: r.Uint64()}}
				d.insert(&q)
				want = append(want, q.at)
				slices.Sort(want)
			}
			got := []int64{}
			for _, q := range d.waiting() {
				got = append(got, q.at)
			}
			require.Equal(t, want, got)
		}
	}
}
