package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/harness/nets/stats"
)

// From printed tables of Student's t and of the normal distribution.
func TestQuantiles_AreThoseOfTheTables(t *testing.T) {
	for _, c := range []struct{ p, df, want float64 }{
		{0.975, 1, 12.706205}, {0.975, 2, 4.302653}, {0.975, 9, 2.262157}, {0.95, 4, 2.131847},
		{0.995, 30, 2.749996}, {0.975, 1000, 1.962339}, {0.025, 9, -2.262157}, {0.5, 3, 0},
	} {
		require.InDelta(t, c.want, stats.TQuantile(c.p, c.df), 1e-5)
		require.InDelta(t, c.p, stats.TCDF(c.want, c.df), 1e-7)
	}
	require.InDelta(t, 1.959964, stats.NormalQuantile(0.975), 1e-6)
	require.InDelta(t, 0.975, stats.NormalCDF(1.959964), 1e-6)
	for _, z := range []float64{-5, -8, -20, -35} {
		require.InEpsilon(t, z, stats.NormalQuantile(stats.NormalCDF(z)), 1e-9)
	}
}

func TestBinomialCDF_AddsUp(t *testing.T) {
	const n, p = 12, 0.3
	sum, chance := 0.0, math.Pow(1-p, n)
	for k := range n + 1 {
		sum += chance
		require.InDelta(t, sum, stats.BinomialCDF(k, n, p), 1e-12)
		chance *= float64(n-k) / float64(k+1) * p / (1 - p)
	}
	require.Zero(t, stats.BinomialCDF(-1, n, p))
}

// The values of L. D. Brown, T. Cai and A. DasGupta (2001) and of R's prop.test without correction.
func TestWilson_IsThatOfTheLiterature(t *testing.T) {
	for _, c := range []struct {
		hits, tries uint64
		low, high   float64
	}{{0, 10, 0, 0.277533}, {1, 10, 0.017876, 0.404150}, {5, 10, 0.236593, 0.763407}, {10, 10, 0.722467, 1}, {81, 263, 0.2553, 0.3662}} {
		i := stats.Wilson(c.hits, c.tries, 0.95)
		require.InDelta(t, c.low, i.Low, 5e-5)
		require.InDelta(t, c.high, i.High, 5e-5)
	}
	require.Equal(t, stats.Interval{Low: 0, High: 1}, stats.Wilson(0, 0, 0.95))
}

func TestTInterval_OfFewValues(t *testing.T) {
	i := stats.TInterval([]float64{1, 2, 3, 4}, 0.95) // mean 2.5, deviation 1.290994, t 3.182446
	require.InDelta(t, 2.5-2.054260, i.Low, 1e-5)
	require.InDelta(t, 2.054260, i.Half(), 1e-5)
	require.Equal(t, stats.Unknown(), stats.TInterval([]float64{1}, 0.95))
	require.True(t, stats.Unknown().Holds(1e300))
}

// covers counts how many of 2,000 intervals hold the truth.
func covers(truth float64, draw func(*rand.Rand) stats.Interval) float64 {
	rng, hits := rand.New(rand.NewPCG(1, 2)), 0
	for range 2000 {
		if draw(rng).Holds(truth) {
			hits++
		}
	}
	return float64(hits) / 2000
}

func TestIntervals_HoldTheTruthAsOftenAsTheySay(t *testing.T) {
	normal := covers(7, func(rng *rand.Rand) stats.Interval {
		values := make([]float64, 6)
		for i := range values {
			values[i] = 7 + 3*rng.NormFloat64()
		}
		return stats.TInterval(values, 0.95)
	})
	require.InDelta(t, 0.95, normal, 0.02)
	share := covers(0.1, func(rng *rand.Rand) stats.Interval {
		var hits uint64
		for range 200 {
			if rng.Float64() < 0.1 {
				hits++
			}
		}
		return stats.Wilson(hits, 200, 0.95)
	})
	require.InDelta(t, 0.95, share, 0.025)
	median := covers(math.Ln2, func(rng *rand.Rand) stats.Interval {
		values := make([]float64, 40)
		for i := range values {
			values[i] = rng.ExpFloat64()
		}
		slices.Sort(values)
		return stats.OrderStat(values, 0.5, 0.95)
	})
	require.GreaterOrEqual(t, median, 0.94, "steps of the binomial make it a little wider, never narrower")
	require.LessOrEqual(t, median, 0.99)
}

func TestOrderStat_SaysWhenThereAreTooFew(t *testing.T) {
	i := stats.OrderStat([]float64{1, 2, 3}, 0.5, 0.95)
	require.Equal(t, stats.Unknown(), i)
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	require.Equal(t, stats.Interval{Low: 2, High: 9}, stats.OrderStat(ten, 0.5, 0.95)) // the textbook's case
}

func TestSlope(t *testing.T) {
	slope, ok := stats.Slope([]float64{1, 2, 4}, []float64{5, 3, -1})
	require.True(t, ok)
	require.InDelta(t, -2, slope, 1e-12)
	_, ok = stats.Slope([]float64{1, 1}, []float64{2, 3})
	require.False(t, ok)
}

func TestScore(t *testing.T) {
	require.InDelta(t, 2, stats.Score(60, 100, 0.5), 1e-9)
	require.Zero(t, stats.Score(0, 100, 0))
	require.True(t, math.IsInf(stats.Score(1, 100, 0), 1), "what cannot happen has happened")

	values := []float64{1, 2, 3, 4}
	require.Zero(t, stats.MeanScore(values, 2.5, 0))
	require.Zero(t, stats.MeanScore(values, 2.6, 0.2), "within what is allowed")
	z := stats.MeanScore(values, 0, 0) // t = 3.873 with 3 degrees of freedom has a tail of 0.01523
	require.InDelta(t, 0.01523, 1-stats.NormalCDF(z), 2e-5)
	require.InDelta(t, -z, stats.MeanScore(values, 5, 0), 1e-9)
	require.True(t, math.IsNaN(stats.MeanScore(values[:1], 0, 0)))
	require.True(
		t,
		math.IsInf(stats.MeanScore([]float64{1, 1}, 2, 0), -1) || stats.MeanScore([]float64{1, 1}, 2, 0) < -30,
	)
}

func TestKolmogorov_KnowsItsOwn(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	values := make([]float64, 1000)
	for i := range values {
		values[i] = rng.ExpFloat64()
	}
	slices.Sort(values)
	_, chance := stats.Kolmogorov(values, func(x float64) float64 { return 1 - math.Exp(-x) })
	require.Greater(t, chance, 0.01)
	_, chance = stats.Kolmogorov(values, func(x float64) float64 { return 1 - math.Exp(-1.3*x) })
	require.Less(t, chance, 1e-6)
}

func TestHist_IsAsGoodAsItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Uint64Range(0, 1<<40), 1, 200).Draw(t, "values")
		var whole, left, right stats.Hist
		for i, v := range values {
			whole.Add(v, 1)
			if i%2 == 0 {
				left.Add(v, 1)
			} else {
				right.Add(v, 1)
			}
		}
		right.Merge(left)
		require.Equal(t, whole, right, "who counted what is not to be seen")

		slices.Sort(values)
		q := rapid.Float64Range(0.001, 1).Draw(t, "q")
		exact := float64(values[max(1, int(math.Ceil(q*float64(len(values)))))-1])
		require.InDelta(t, exact, whole.Quantile(q, 0), exact/64+1)
		require.InDelta(t, 1, whole.Share(1<<41, 0), 1e-12)
	})
}

func TestHist_CountsWhatNeverCame(t *testing.T) {
	var h stats.Hist
	require.True(t, math.IsNaN(h.Quantile(0.5, 0)))
	h.Add(10, 6)
	require.InDelta(t, 10, h.Quantile(0.5, 10), 1e-9)
	require.True(t, math.IsInf(h.Quantile(0.9, 10), 1))
	require.InDelta(t, 0.6, h.Share(11, 10), 1e-9)
	require.InDelta(t, 10, h.Mean(), 1e-9)
}

func TestBands(t *testing.T) {
	b := stats.Bands([]float64{0, 1}, [][]float64{{1, 5}, {2, math.NaN()}, {3, 7}}, 1)
	require.Equal(t, []float64{1, 5}, b.Low)
	require.Equal(t, []float64{2, 6}, b.Middle)
	require.Equal(t, []float64{3, 7}, b.High)
}
