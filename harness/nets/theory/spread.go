package theory

import "math"

// FloodSends is how often a message is sent when everyone passes it on to all peers but the one it came
// from: 2E-(N-1), the source having nobody to spare.
func FloodSends(edges, nodes float64) float64 { return 2*edges - (nodes - 1) }

// PushRounds bounds how many rounds, on average, a rumour needs to n nodes if everyone who knows it tells a
// random node each round. Source: B. Doerr and M. Künnemann, Tight analysis of randomized rumor spreading in
// complete graphs (2014).
func PushRounds(n float64) (least, most float64) {
	log2, ln := math.Log2(n), math.Log(n)
	return math.Floor(log2) + ln - 1.116, math.Ceil(log2) + ln + 2.765
}

// ForwardReach is the share of nodes that hear of a message which everyone who hears of it passes on, once, to
// f random nodes: s = 1-exp(-f s). Source: P. Erdős and A. Rényi's giant component.
func ForwardReach(f float64) float64 {
	if f <= 1 {
		return 0
	}
	s := 1.0
	for range 10_000 {
		s = -math.Expm1(-f * s)
	}
	return s
}

// DialDegree is the mean degree of nodes that each dial k others, and its standard deviation, for n much larger than
// k: k of one's own and about Poisson(k) of others.
func DialDegree(k float64) (mean, deviation float64) { return 2 * k, math.Sqrt(k) }

// RegularDistance is about the mean distance in a random d-regular graph of n nodes: log n to the base d-1.
func RegularDistance(d, n float64) float64 { return math.Log(n) / math.Log(d-1) }

// RegularEigenvalue is what the second eigenvalue of a random d-regular graph, over d, comes to for large n.
// Source: J. Friedman, A proof of Alon's second eigenvalue conjecture (2003).
func RegularEigenvalue(d float64) float64 { return 2 * math.Sqrt(d-1) / d }

// ExponentialFlood is by how much the time of a flood to the last node of a random d-regular graph grows when the
// natural logarithm of the number of nodes grows by one, links having exponential latencies of mean m.
// Source: S. Bhamidi, R. van der Hofstad, G. Hooghiemstra, First passage percolation on random graphs with
// finite mean degrees (2010); H. Amini, M. Draief, M. Lelarge, Flooding in weighted random graphs (2011).
func ExponentialFlood(m, d float64) float64 { return m * (1/(d-2) + 1/d) }
