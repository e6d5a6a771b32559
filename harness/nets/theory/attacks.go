package theory

import "math"

// binomial is n over k.
func binomial(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c)
}

// DoubleSpend is the chance that an attacker with share q, who starts one block ahead, overtakes a merchant's z
// confirmations. Source: M. Rosenfeld, Analysis of hashrate-based double-spending (2014), equation 1.
func DoubleSpend(q float64, z int) float64 {
	if q >= 0.5 {
		return 1
	}
	// The merchant's z blocks meet m of the attacker's: more than z win at once, fewer catch up with (q/p)^(z-m).
	p, sum := 1-q, 0.0
	for m := range z + 1 {
		sum += binomial(m+z-1, m) * math.Pow(p, float64(m)) * math.Pow(q, float64(z))
	}
	for m := z + 1; ; m++ {
		term := binomial(m+z-1, m) * math.Pow(p, float64(z)) * math.Pow(q, float64(m))
		if sum += term; term < 1e-17*sum {
			return sum
		}
	}
}

// DoubleSpendPoisson is the approximation of S. Nakamoto, Bitcoin (2008), section 11: lower than the truth
// wherever it matters.
func DoubleSpendPoisson(q float64, z int) float64 {
	if q >= 0.5 {
		return 1
	}
	p := 1 - q
	lambda, miss := float64(z)*q/p, 0.0
	chance := math.Exp(-lambda)
	for k := range z + 1 {
		miss += chance * (1 - math.Pow(q/p, float64(z-k)))
		chance *= lambda / float64(k+1)
	}
	return 1 - miss
}

// CatchUp is the chance ever to make up z blocks: the gambler's ruin.
func CatchUp(q float64, z int) float64 {
	if q >= 0.5 {
		return 1
	}
	return math.Pow(q/(1-q), float64(z))
}

// CatchUpTime is how many intervals an attacker with more than half of the hash power needs, on average, to make
// up z blocks: it gains 2q-1 blocks on the others in an interval, the mean time between the blocks of both.
func CatchUpTime(q float64, z int) float64 { return float64(z) / (2*q - 1) }

// Selfish is the share of the chain's blocks that a selfish miner with share a gets, when in a race the share g
// of the others works on its block. Source: I. Eyal and E. G. Sirer, Majority is not enough (2014), equation 8.
func Selfish(a, g float64) float64 {
	return (a*(1-a)*(1-a)*(4*a+g*(1-2*a)) - a*a*a) / (1 - a*(1+(2-a)*a))
}

// SelfishThreshold is the share above which it pays. Source: the same, equation 9.
func SelfishThreshold(g float64) float64 { return (1 - g) / (3 - 2*g) }

// PartitionLost is how many blocks are lost, on average, when a partition into the shares x and 1-x of the hash
// power ends after k intervals: the smaller of two Poisson counts.
func PartitionLost(x, k float64) float64 {
	// E min(A, B) is the sum over n >= 1 of P(A >= n) P(B >= n).
	sum, tailA, tailB := 0.0, 1.0, 1.0
	a, b := math.Exp(-x*k), math.Exp(-(1-x)*k)
	for n := 1; n < 100_000; n++ {
		tailA, tailB = tailA-a, tailB-b
		term := max(0, tailA) * max(0, tailB)
		sum += term
		if float64(n) > k && term < 1e-15 {
			break
		}
		a *= x * k / float64(n)
		b *= (1 - x) * k / float64(n)
	}
	return sum
}

// Eclipse is the chance that all slots of a node are taken by attackers who own the share a of the addresses
// that it draws from.
func Eclipse(a float64, slots int) float64 { return math.Pow(a, float64(slots)) }

// SafeShare is the share of an attacker who mines without delay against a network with delay x that just
// keeps up with it: q where q(1+x(1-q)) = 1-q. The honest part finds blocks at the rate (1-q)/(1+(1-q)x).
func SafeShare(x float64) float64 {
	if x == 0 {
		return 0.5
	}
	// x q^2 - (2+x) q + 1 = 0, the smaller root.
	b := 2 + x
	return (b - math.Sqrt(b*b-4*x)) / (2 * x)
}
