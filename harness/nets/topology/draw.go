package topology

import (
	"math/bits"

	"strata/harness/sim/splitmix"
)

// draw is a stream of numbers that a seed and a purpose begin.
type draw struct{ state uint64 }

func newDraw(seed, purpose uint64) *draw {
	return &draw{splitmix.Scramble(splitmix.Scramble(seed+splitmix.Golden) + purpose)}
}

func (d *draw) next() uint64 {
	d.state += splitmix.Golden
	return splitmix.Scramble(d.state)
}

// below is a number from 0 to n-1. The error of mapping 2^64 numbers onto n is too small to be seen.
func (d *draw) below(n int) int {
	hi, _ := bits.Mul64(d.next(), uint64(n))
	return int(hi)
}

// node is one of n nodes.
func (d *draw) node(n int) int32 { return int32(d.below(n)) }

// float is a number in (0, 1].
func (d *draw) float() float64 { return (float64(d.next()>>11) + 1) / (1 << 53) }

// shuffle puts a list into any order.
func (d *draw) shuffle(list []int32) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
