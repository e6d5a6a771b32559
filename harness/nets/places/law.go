package places

import (
	"math"
	"math/bits"
	"time"

	"strata/harness/nets/spec"
	"strata/harness/nets/stats"
)

// Law draws lengths of time from a distribution. It is a pure function of a random number, made once.
type Law struct {
	spec.Law
	scale float64 // in nanoseconds, of laws that have one
	power float64
}

// NewLaw prepares a law. It was checked before.
func NewLaw(l spec.Law) Law {
	law, mean := Law{Law: l}, float64(l.Mean.Duration)
	switch l.Law {
	case "exponential":
		law.scale, law.power = mean, 1
	case "weibull":
		law.scale, law.power = mean/math.Gamma(1+1/l.Shape), 1/l.Shape
	case "pareto":
		law.scale, law.power = mean*(l.Shape-1)/l.Shape, -1/l.Shape
	case "lognormal":
		law.scale, law.power = mean*math.Exp(-l.Shape*l.Shape/2), l.Shape
	}
	return law
}

// unit maps a random number to (0, 1].
func unit(number uint64) float64 { return (float64(number>>11) + 1) / (1 << 53) }

// Draw is the length of time that a random number stands for.
func (l Law) Draw(number uint64) time.Duration {
	var d float64
	switch l.Law.Law {
	case "":
		return 0
	case "constant":
		return l.Mean.Duration
	case "uniform": // in whole numbers, the same on every machine
		above, _ := bits.Mul64(number, uint64(l.Most.Duration-l.Least.Duration)+1)
		return l.Least.Duration + time.Duration(above)
	case "exponential", "weibull":
		d = l.scale * math.Pow(-math.Log(unit(number)), l.power)
	case "pareto":
		d = l.scale * math.Pow(unit(number), l.power)
	case "lognormal":
		d = l.scale * math.Exp(l.power*normal(number))
	}
	return l.within(d)
}

// within keeps to the law's bounds, and to what a Duration can be.
func (l Law) within(d float64) time.Duration {
	most := time.Duration(math.MaxInt64 / 4)
	if l.Most.Duration > 0 {
		most = l.Most.Duration
	}
	if !(d < float64(most)) {
		return most
	}
	return max(time.Duration(d), l.Least.Duration)
}

// normal is a standard normal variable.
func normal(number uint64) float64 {
	return stats.NormalQuantile((float64(number>>11) + 0.5) / (1 << 53))
}
