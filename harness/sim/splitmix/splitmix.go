// Package splitmix is what all keyed randomness of the harness is made of: the step and the finish of
// SplitMix64, and one way to make a key of several. Who draws numbers, and of which keys, is the business of
// the packages that do.
//
// Source: G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014); Fold is
// the step of wyhash, Wang Yi (2019).
// Read next: harness/sim/keyed.go.
package splitmix

import "math/bits"

// Golden is 2^64 divided by the golden ratio: the step from one number to the next.
const Golden = 0x9e3779b97f4a7c15

// Scramble is the finish: each bit of the result depends on each bit of x.
func Scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

const (
	salt0 = 0xa0761d6478bd642f // the constants of wyhash
	salt1 = 0xe7037ed1a0b428db
)

// Fold mixes two words into a third by one wide multiplication, as wyhash does.
func Fold(h, a, b uint64) uint64 {
	hi, lo := bits.Mul64(h^a^salt0, b^salt1^bits.RotateLeft64(h, 32))
	return hi ^ lo
}

// Key makes one key of several.
func Key(keys ...uint64) uint64 {
	h := uint64(Golden)
	for i, k := range keys {
		h = Longer(h, i, k)
	}
	return h
}

// Longer is the Key of n keys and one more, by that of the n.
func Longer(key uint64, n int, more uint64) uint64 {
	return Scramble(Fold(key, more, uint64(n)) + more + Golden)
}

// Source is the sequence of numbers of a key: a math/rand/v2.Source. The key is its zeroth state.
type Source uint64

// Uint64 is the next number.
func (s *Source) Uint64() uint64 {
	*s += Golden
	return Scramble(uint64(*s))
}
