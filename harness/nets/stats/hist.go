package stats

import (
	"math"
	"math/bits"
)

// Hist counts whole numbers, such as nanoseconds, in buckets that are narrow near zero and grow with the
// number: a quantile read from it is off by at most one part in 2^subBits. Its size is bounded by
// the numbers' magnitude, and counts add up to the same whoever counted what. The zero value is empty.
type Hist struct {
	Buckets []uint64 // by bucket; as long as the highest that was hit
	Count   uint64
	Sum     uint64 // of all numbers; for the exact mean
}

// subBits is how finely each power of two is divided.
const subBits = 6

// bucket is where a number is counted.
func bucket(v uint64) int {
	if v < 1<<subBits {
		return int(v)
	}
	exp := bits.Len64(v) - 1 - subBits
	return (exp+1)<<subBits + int(v>>exp)&(1<<subBits-1)
}

// bounds are the least number of a bucket and how many there are.
func bounds(b int) (least, width uint64) {
	if b < 1<<subBits {
		return uint64(b), 1
	}
	exp := b>>subBits - 1
	return (1<<subBits | uint64(b)&(1<<subBits-1)) << exp, 1 << exp
}

// Add counts v weight times.
func (h *Hist) Add(v, weight uint64) {
	b := bucket(v)
	if b >= len(h.Buckets) {
		h.Buckets = append(h.Buckets, make([]uint64, b+1-len(h.Buckets))...)
	}
	h.Buckets[b] += weight
	h.Count += weight
	h.Sum += v * weight
}

// Merge adds what other has counted.
func (h *Hist) Merge(other Hist) {
	if len(other.Buckets) > len(h.Buckets) {
		h.Buckets = append(h.Buckets, make([]uint64, len(other.Buckets)-len(h.Buckets))...)
	}
	for i, n := range other.Buckets {
		h.Buckets[i] += n
	}
	h.Count += other.Count
	h.Sum += other.Sum
}

// Mean is the exact mean of the numbers, NaN if there are none.
func (h *Hist) Mean() float64 { return float64(h.Sum) / float64(h.Count) }

// Quantile is the number below which the share q of all counted ones lies, NaN if there are none. Of is how
// many there should be: those that never came are above all others, and a quantile among them is +Inf. 0 means
// those that were counted.
func (h *Hist) Quantile(q float64, of uint64) float64 {
	if of == 0 {
		of = h.Count
	}
	if of == 0 {
		return math.NaN()
	}
	rank := uint64(math.Ceil(q * float64(of)))
	rank = max(rank, 1)
	var seen uint64
	for b, n := range h.Buckets {
		if seen += n; seen >= rank {
			least, width := bounds(b)
			inside := float64(rank-(seen-n)) / float64(n)
			return float64(least) + inside*float64(width-1)
		}
	}
	return math.Inf(1)
}

// Share is which share of all numbers is at most v, out of so many; 0 means of those counted.
func (h *Hist) Share(v, of uint64) float64 {
	if of == 0 {
		of = h.Count
	}
	if of == 0 {
		return math.NaN()
	}
	last := bucket(v)
	var seen float64
	for b, n := range h.Buckets[:min(last+1, len(h.Buckets))] {
		if b == last {
			least, width := bounds(b)
			seen += float64(n) * float64(v-least+1) / float64(width)
			break
		}
		seen += float64(n)
	}
	return seen / float64(of)
}
