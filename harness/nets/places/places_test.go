package places_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/places"
	"strata/harness/nets/spec"
	"strata/harness/nets/stats"
	"strata/harness/sim"
	"strata/harness/sim/splitmix"
)

var _ sim.Place = (*places.Places)(nil)

func dur(d time.Duration) spec.Duration { return spec.Duration{Duration: d} }

func TestLaw_HasItsMeanAndItsShape(t *testing.T) {
	for _, c := range []struct {
		law    spec.Law
		median float64 // of mean 1 s, in seconds
	}{
		{spec.Law{Law: "constant"}, 1},
		{spec.Law{Law: "exponential"}, math.Ln2},
		{spec.Law{Law: "weibull", Shape: 2}, math.Sqrt(math.Ln2) / math.Gamma(1.5)},
		{spec.Law{Law: "pareto", Shape: 3}, 2. / 3 * math.Pow(2, 1./3)},
		{spec.Law{Law: "lognormal", Shape: 0.5}, math.Exp(-0.125)},
	} {
		c.law.Mean = dur(time.Second)
		law := places.NewLaw(c.law)
		var all []float64
		for i := range uint64(20_000) {
			all = append(all, law.Draw(splitmix.Scramble((i+1)*splitmix.Golden)).Seconds())
		}
		mean, _ := stats.Mean(all)
		require.InDelta(t, 1, mean, 0.03, c.law.Law)
		slices.Sort(all)
		require.InDelta(t, c.median, stats.Quantile(all, 0.5), 0.02, c.law.Law)
	}
	even := places.NewLaw(spec.Law{Law: "uniform", Least: dur(2), Most: dur(4)})
	counts := map[time.Duration]int{}
	for i := range uint64(3000) {
		counts[even.Draw(splitmix.Scramble((i+1)*splitmix.Golden))]++
	}
	require.Len(t, counts, 3, "both ends belong to it")
	bound := places.NewLaw(spec.Law{Law: "exponential", Mean: dur(time.Second), Least: dur(500 * time.Millisecond), Most: dur(2 * time.Second)})
	for i := range uint64(1000) {
		d := bound.Draw(splitmix.Scramble(i))
		require.True(t, d >= 500*time.Millisecond && d <= 2*time.Second)
	}
	require.Zero(t, places.NewLaw(spec.Law{}).Draw(5))
	require.Positive(t, places.NewLaw(spec.Law{Law: "pareto", Mean: dur(time.Hour), Shape: 1.01}).Draw(0), "no overflow in the tail")
}

func experiment(p spec.Places) spec.Spec { return spec.Spec{Places: p} }

func TestPlaces_OfEveryDataSet(t *testing.T) {
	for _, set := range []struct {
		regions, shares, bandwidth string
		count                      int
		from, to                   string
		oneWay                     time.Duration
	}{
		{"wondernetwork2018", "", "", 10, "north_america", "europe", 64200 * time.Microsecond},
		{"gervais2015", "bitcoin2015", "simblock2015", 6, "north_america", "europe", 59745 * time.Microsecond},
		{"simblock2019", "litecoin2016", "simblock2019", 6, "japan", "japan", 6 * time.Millisecond},
		{"aws2025", "", "", 33, "", "", 0},
	} {
		p, err := places.New(experiment(spec.Places{Regions: set.regions, Shares: set.shares, Bandwidth: set.bandwidth}), ".", 1000, nil, 1)
		require.NoError(t, err, set.regions)
		require.Len(t, p.Regions, set.count)
		for a := range 1000 {
			require.Positive(t, p.Latency(a, 999, 5))
		}
		if set.from != "" {
			a := slices.Index(p.Region, slices.Index(p.Regions, set.from))
			b := 999 - slices.Index(reversed(p.Region), slices.Index(p.Regions, set.to))
			require.Equal(t, set.oneWay, p.Latency(a, b, 7), set.regions)
		}
		if set.bandwidth != "" {
			require.Len(t, p.Up, 1000)
			require.Positive(t, slices.Min(p.Up))
		}
	}
}

func reversed(list []int) []int {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func TestPlaces_SpreadIsThatOfTheData(t *testing.T) {
	p, err := places.New(experiment(spec.Places{Regions: "wondernetwork2018", Spread: true}), ".", 400, nil, 1)
	require.NoError(t, err)
	a, b := slices.Index(p.Region, 0), 399-slices.Index(reversed(p.Region), 0) // both in North America
	var all []float64
	for i := range uint64(20_000) {
		all = append(all, p.Latency(a, b, splitmix.Scramble(i)).Seconds()*1000)
	}
	slices.Sort(all)
	require.InDelta(t, 22, stats.Quantile(all, 0.5), 0.5)
	require.InDelta(t, 82.3/17.7, stats.Quantile(all, 0.9)/stats.Quantile(all, 0.1), 0.25)
}

func TestDivide_KeepsToTheShares(t *testing.T) {
	list := places.Divide(1001, []float64{0.3869, 0.5159, 0.0113, 0.0859}, 3, 4)
	counts := make([]int, 4)
	for _, part := range list {
		counts[part]++
	}
	require.Equal(t, []int{387, 517, 11, 86}, counts)
	require.Equal(t, list, places.Divide(1001, []float64{0.3869, 0.5159, 0.0113, 0.0859}, 3, 4))
	require.NotEqual(t, list, places.Divide(1001, []float64{0.3869, 0.5159, 0.0113, 0.0859}, 4, 4))
	require.Equal(t, []int{0, 0}, places.Divide(2, []float64{1}, 1, 1))
}

func TestPools_AddUpToOne(t *testing.T) {
	for _, network := range []string{"bitcoin", "litecoin", "dogecoin"} {
		pools, err := places.Pools(network)
		require.NoError(t, err)
		sum := 0.0
		for _, p := range pools {
			sum += p.Share
		}
		require.InDelta(t, 1, sum, 1e-9)
	}
	_, err := places.Pools("monero")
	require.ErrorContains(t, err, `no pools of "monero": want one of bitcoin, litecoin, dogecoin`)
}

func TestPlaces_OwnFilesAndWhatIsWrongWithThem(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		return name
	}
	good := write("l.csv", "from,to,one_way_ms\na,a,1\na,b,50\nb,b,2\n")
	p, err := places.New(experiment(spec.Places{Regions: good, Shares: write("s.csv", "region,share\na,0.25\nb,0.75\n"),
		Bandwidth: write("b.csv", "region,up_mbit_s,down_mbit_s\na,8,80\nb,16,16\n")}), dir, 100, nil, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, p.Regions)
	i := slices.Index(p.Region, 0)
	require.EqualValues(t, []int64{1e6, 1e7}, []int64{p.Up[i], p.Down[i]})

	for want, s := range map[string]spec.Places{
		"no latency from b to b: add the row":                             {Regions: write("hole.csv", "from,to,one_way_ms\na,a,1\na,b,5\n")},
		"l2.csv:3: one_way_ms is \"x\", want a number":                    {Regions: write("l2.csv", "from,to,one_way_ms\na,a,1\na,b,x\n")},
		"no column \"one_way_ms\": want from, to, one_way_ms":             {Regions: write("l3.csv", "from,to,ms\na,a,1\n")},
		"want a header and a row at least":                                {Regions: write("l4.csv", "from,to,one_way_ms\n")},
		"unknown regions \"mars\": want one of":                           {Regions: "mars"},
		"no such file":                                                    {Regions: "none.csv"},
		"the shares add up to 0.9: want 1":                                {Regions: good, Shares: write("s2.csv", "region,share\na,0.5\nb,0.4\n")},
		"s3.csv:2: no region \"c\": the latencies have a, b":              {Regions: good, Shares: write("s3.csv", "region,share\nc,1\n")},
		"unknown shares \"bitcoin\": want one of bitcoin2015":             {Regions: good, Shares: "bitcoin"},
		"no bandwidth for b: add the row":                                 {Regions: good, Bandwidth: write("b2.csv", "region,up_mbit_s,down_mbit_s\na,8,80\n")},
		"b3.csv:2: up_mbit_s is \"0\", want a number of 0.001 or more":    {Regions: good, Bandwidth: write("b3.csv", "region,up_mbit_s,down_mbit_s\na,0,80\nb,1,1\n")},
		"wrong number of fields":                                          {Regions: write("l5.csv", "from,to,one_way_ms\na,b\n")},
		"shares_regions6.csv:2: no region \"north_america\": the latenci": {Regions: good, Shares: "bitcoin2015"},
	} {
		_, err := places.New(experiment(s), dir, 10, nil, 1)
		require.ErrorIs(t, err, places.ErrData, want)
		require.ErrorContains(t, err, want)
	}
}

func TestPlaces_RegionsOfAGraphAreKept(t *testing.T) {
	p, err := places.New(experiment(spec.Places{Regions: "gervais2015"}), ".", 3, []string{"japan", "", "europe"}, 1)
	require.NoError(t, err)
	require.Equal(t, "japan", p.Regions[p.Region[0]])
	require.Equal(t, "europe", p.Regions[p.Region[2]])
}
