package stats

import (
	"math"
	"slices"
)

// Interval is where the truth is with the chance that was asked for. Both ends belong to it.
type Interval struct{ Low, High float64 }

// Half is half the interval's width.
func (i Interval) Half() float64 { return (i.High - i.Low) / 2 }

// Holds says whether x lies in the interval.
func (i Interval) Holds(x float64) bool { return i.Low <= x && x <= i.High }

// Unknown is the interval about which nothing is known.
func Unknown() Interval { return Interval{math.Inf(-1), math.Inf(1)} }

// Mean is the arithmetic mean and the standard deviation of a sample: NaN where there are too few
// values for either.
func Mean(values []float64) (mean, deviation float64) {
	n := float64(len(values))
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	for _, v := range values {
		mean += v
	}
	mean /= n
	if n < 2 {
		return mean, math.NaN()
	}
	sum := 0.0
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sum / (n - 1))
}

// TInterval is the interval for the mean of independent, about normal values; Unknown for fewer than two.
// Level is its chance, such as 0.95.
func TInterval(values []float64, level float64) Interval {
	if len(values) < 2 {
		return Unknown()
	}
	mean, deviation := Mean(values)
	half := TQuantile((1+level)/2, float64(len(values)-1)) * deviation / math.Sqrt(float64(len(values)))
	return Interval{mean - half, mean + half}
}

// Wilson is the interval for a share of which hits of tries were seen. Unlike the usual one it is good for
// shares near 0 and 1 and never leaves them.
func Wilson(hits, tries uint64, level float64) Interval {
	if tries == 0 {
		return Interval{0, 1}
	}
	z, n := NormalQuantile((1+level)/2), float64(tries)
	p := float64(hits) / n
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	i := Interval{max(0, middle-half), min(1, middle+half)}
	if hits == 0 {
		i.Low = 0
	}
	if hits == tries {
		i.High = 1
	}
	return i
}

// Quantile is the value below which the share q of the sorted values lies, interpolated between two of
// them; NaN if there are none.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// OrderStat is the interval for the q-quantile of the distribution that the sorted values come from: two of
// the values themselves, whatever the distribution is. Unknown on the side where there are too few values.
func OrderStat(sorted []float64, q, level float64) Interval {
	n := len(sorted)
	tail := (1 - level) / 2
	i := Unknown()
	// The k-th smallest value, from 1, is above the quantile with chance P(Binomial(n, q) < k).
	for k := n; k >= 1; k-- {
		if BinomialCDF(k-1, n, q) <= tail {
			i.Low = sorted[k-1]
			break
		}
	}
	for k := 1; k <= n; k++ {
		if 1-BinomialCDF(k-1, n, q) <= tail {
			i.High = sorted[k-1]
			break
		}
	}
	return i
}

// Median is the middle of values in any order; they stay as they are.
func Median(values []float64) float64 {
	return Quantile(slices.Sorted(slices.Values(values)), 0.5)
}
