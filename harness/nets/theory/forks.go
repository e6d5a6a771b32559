package theory

import "math"

// StaleMany is the share of blocks that end beside the chain, for very many small miners, each of whom hears of
// every block a constant delay of x intervals after it was found: heights follow each other at
// Delay plus an exponential Interval. Source: C. Decker and R. Wattenhofer, Information propagation in the
// Bitcoin network (P2P 2013), and any renewal argument.
func StaleMany(x float64) float64 { return x / (1 + x) }

// StalePool is the share of its blocks that the pool with share q[i] loses, for x much smaller than 1 and
// miners who stay with what they saw first. A block of pool i is stale if another pool finds
// one within x before it, and the race that follows is won by whoever mines the next block.
func StalePool(x float64, q []float64, i int) float64 {
	sum := (1 - q[i]) * (1 - q[i])
	for j, other := range q {
		if j != i {
			sum += other * other
		}
	}
	return x * sum
}

// StalePools is the share of all blocks that are stale, for x much smaller than 1: x(1 - sum of q^2).
func StalePools(x float64, q []float64) float64 {
	sum := 0.0
	for _, share := range q {
		sum += share * share
	}
	return x * (1 - sum)
}

// TwoMiners is how fast the chain of two miners with rates a and b (blocks in a unit of time, together
// 1) grows when each hears of the other's blocks d units late: the share of blocks that are not stale.
func TwoMiners(a, b, d float64) float64 {
	if math.Abs(a-b) < 1e-9 { // the limit of the quotient for equal rates
		return 2 * a * (1 + a*d) / (1 + 2*a*d)
	}
	x, y := math.Exp(2*a*d), math.Exp(2*b*d)
	return (a*a*x - b*b*y) / (a*x - b*y)
}

// ForkFromCurve is the chance that a block is followed by a competitor, when the hash power that has not
// heard of it adds up to w units of time (the integral of 1-f, f the share that has) and blocks come every t
// units: 1-(1-1/t)^w. Source: Decker and Wattenhofer 2013, equation 5.
func ForkFromCurve(w, t float64) float64 { return -math.Expm1(w * math.Log1p(-1/t)) }
