package guard

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
)

func netAddr(text string) network.Addr { return network.Addr(text) }

// TestABucketNeverGivesMore: over any stretch of time, no more than what it holds and what has flowed in.
func TestABucketNeverGivesMore(t *testing.T) {
	start := time.Unix(1_000_000, 0)
	for _, c := range []struct {
		rate      int
		per, span time.Duration
	}{{1, time.Second, time.Millisecond}, {1000, time.Second, 4 * time.Second}, {maxRate, time.Second, maxBurst}, {60, time.Minute, 20 * time.Second}, {7, time.Minute, 0}} {
		b := newBucket(c.rate, c.per, c.span)
		whole := float64(b.span) * float64(c.rate) / float64(c.per)
		require.InEpsilon(t, whole, b.room(start), 0.5)
		now, taken := start, 0.0
		for range 1000 {
			n := b.room(now)
			b.take(now, n)
			taken += float64(n)
			flowed := float64(now.Sub(start)) * float64(c.rate) / float64(c.per)
			require.LessOrEqual(t, taken, (whole+flowed)*1.001+1)
			wait := b.wait(now)
			require.Greater(t, wait, time.Duration(0))
			now = now.Add(wait)
			require.Positive(t, b.room(now), "what it waits for is there then: rate %d", c.rate)
		}
	}
}
