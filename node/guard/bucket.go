package guard

import "time"

// bucket is a token bucket, kept as the time at which it will be full (the generic cell rate
// algorithm): there is nothing to refill, and what has not been used for long needs no care.
type bucket struct {
	rate int           // tokens
	per  time.Duration // in this time
	span time.Duration // from empty to full
	full time.Time     // when it is full again
}

// newBucket makes a full one, with room for one token at least.
func newBucket(rate int, per, span time.Duration) bucket {
	return bucket{rate: rate, per: per, span: max(span, per/time.Duration(rate)+1)}
}

// room is the number of tokens in it.
func (b *bucket) room(now time.Time) int {
	slack := b.span - max(0, b.full.Sub(now))
	return int(max(0, int64(slack)) * int64(b.rate) / int64(b.per))
}

// take takes n tokens, which are there.
func (b *bucket) take(now time.Time, n int) {
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(time.Duration(int64(n) * int64(b.per) / int64(b.rate)))
}

// wait is how long it takes until a sixteenth of all tokens is there, and one at least.
func (b *bucket) wait(now time.Time) time.Duration {
	need := min(b.span, max(b.span/16, b.per/time.Duration(b.rate)+1))
	return max(0, b.full.Sub(now)-(b.span-need))
}

// idle says whether it is as a new one.
func (b *bucket) idle(now time.Time) bool { return !b.full.After(now) }
