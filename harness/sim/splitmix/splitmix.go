// Package splitmix is what all keyed randomness of the harness is made of: the step and the finish of
// SplitMix64. Who draws numbers, and of which keys, is the business of the packages that do.
//
// Source: G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014).
// Read next: harness/sim/keyed.go.
package splitmix

// Golden is 2^64 divided by the golden ratio: the step from one number to the next.
const Golden = 0x9e3779b97f4a7c15

// Scramble is the finish: each bit of the result depends on each bit of x.
func Scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
