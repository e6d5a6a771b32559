package stats

import (
	"math"
	"slices"
)

// Score is how many standard deviations a share, of which hits of tries were seen, lies above the expected
// one. The tries are independent.
func Score(hits, tries uint64, expected float64) float64 {
	n := float64(tries)
	return ratio(float64(hits)/n-expected, math.Sqrt(expected*(1-expected)/n))
}

// MeanScore is how far the mean of independent values lies above the expected one, in standard deviations of a
// normal variable: Student's t, moved to the z of the same chance, so that few values are not taken for
// many. NaN for fewer than two values. Allow is how far the two may differ for reasons that the formula leaves
// out: so much is forgiven.
func MeanScore(values []float64, expected, allow float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	mean, deviation := Mean(values)
	off := mean - expected
	off = math.Copysign(max(0, math.Abs(off)-allow), off)
	t := ratio(off, deviation/math.Sqrt(float64(len(values))))
	return fromT(t, float64(len(values)-1))
}

// ratio is off by the standard error; an error of nothing makes any difference infinitely many.
func ratio(off, err float64) float64 {
	if off == 0 {
		return 0
	}
	return off / err
}

// fromT is the z with the tail of t.
func fromT(t, df float64) float64 {
	if math.IsNaN(t) || t == 0 {
		return t
	}
	tail := betaInc(df/2, 0.5, df/(df+t*t)) / 2
	if tail < 1e-300 {
		return math.Copysign(37, t) // as far as a float64 goes
	}
	return math.Copysign(-NormalQuantile(tail), t)
}

// Slope is that of the line which fits the points best, by least squares; there is none for points of one x.
func Slope(x, y []float64) (slope float64, ok bool) {
	mx, _ := Mean(x)
	my, _ := Mean(y)
	var xx, xy float64
	for i := range x {
		xx += (x[i] - mx) * (x[i] - mx)
		xy += (x[i] - mx) * (y[i] - my)
	}
	return xy / xx, xx > 0
}

// Kolmogorov is the largest distance of the sample's distribution from the one expected, and the chance of at
// least such a distance if the sample comes from it. Values are sorted; cdf is the expected distribution.
func Kolmogorov(sorted []float64, cdf func(float64) float64) (distance, chance float64) {
	n := float64(len(sorted))
	for i, v := range sorted {
		p := cdf(v)
		distance = max(distance, p-float64(i)/n, float64(i+1)/n-p)
	}
	x := distance * (math.Sqrt(n) + 0.12 + 0.11/math.Sqrt(n))
	if x < 0.2 {
		return distance, 1
	}
	for k := 1.0; k <= 100; k++ {
		term := 2 * math.Exp(-2*k*k*x*x)
		if math.Mod(k, 2) == 0 {
			term = -term
		}
		chance += term
	}
	return distance, min(1, max(0, chance))
}

// Band is a curve with its spread over runs: at each x the middle, and the interval that holds the given
// share of the runs' own values.
type Band struct{ X, Low, Middle, High []float64 }

// Bands makes one of several curves over the same x: curves[run][i] belongs to x[i], NaN where a run has no
// value. Share is how many of the runs lie within, such as 0.8.
func Bands(x []float64, curves [][]float64, share float64) Band {
	b := Band{X: x}
	for i := range x {
		var at []float64
		for _, c := range curves {
			if !math.IsNaN(c[i]) {
				at = append(at, c[i])
			}
		}
		slices.Sort(at)
		b.Low = append(b.Low, Quantile(at, (1-share)/2))
		b.Middle = append(b.Middle, Quantile(at, 0.5))
		b.High = append(b.High, Quantile(at, (1+share)/2))
	}
	return b
}

// Welch is the interval for the difference of two means whose samples are independent and of different spread, and how far
// that difference lies from 0, in standard deviations of a normal variable. Source: B. L. Welch, Biometrika 34 (1947).
func Welch(meanA, deviationA float64, a int, meanB, deviationB float64, b int, level float64) (Interval, float64) {
	if a < 2 || b < 2 {
		return Unknown(), math.NaN()
	}
	va, vb := deviationA*deviationA/float64(a), deviationB*deviationB/float64(b)
	err := math.Sqrt(va + vb)
	off := meanB - meanA
	if err == 0 {
		return Interval{off, off}, fromT(ratio(off, 0), 1)
	}
	df := (va + vb) * (va + vb) / (va*va/float64(a-1) + vb*vb/float64(b-1))
	half := TQuantile((1+level)/2, df) * err
	return Interval{off - half, off + half}, fromT(off/err, df)
}
