package theory_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/theory"
)

// table reads a file of testdata: one slice of numbers a line.
func table(t *testing.T, name string) [][]float64 {
	f, err := os.Open("testdata/" + name)
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var rows [][]float64
	for _, line := range lines[1:] {
		var row []float64
		for _, field := range line {
			v, err := strconv.ParseFloat(field, 64)
			require.NoError(t, err)
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	require.NotEmpty(t, rows)
	return rows
}

func TestDoubleSpend_IsThatOfTheTable(t *testing.T) {
	for _, row := range table(t, "theory_double_spend.csv") {
		// The table was made by subtracting from 1, which leaves 15 digits behind the point.
		require.InDelta(t, row[2], theory.DoubleSpend(row[0], int(row[1])), 1e-5*row[2]+1e-15, "%v", row)
		require.InDelta(t, row[3], theory.DoubleSpendPoisson(row[0], int(row[1])), 1e-5*row[3]+1e-15, "%v", row)
	}
	require.InDelta(t, 1, theory.DoubleSpend(0.5, 6), 0)
}

func TestSelfish_IsThatOfTheTable(t *testing.T) {
	for _, row := range table(t, "theory_selfish.csv") {
		share := row[0]
		if share == .3333 {
			share = 1. / 3
		}
		require.InDelta(t, row[2], theory.Selfish(share, row[1]), 2e-6, "%v", row)
	}
	for _, g := range []float64{0, 0.5, 0.9} {
		at := theory.SelfishThreshold(g)
		require.InDelta(t, at, theory.Selfish(at, g), 1e-9, "at the threshold it neither pays nor costs")
	}
}

func TestStale_IsThatOfTheTable(t *testing.T) {
	for _, row := range table(t, "theory_stale_and_threshold.csv") {
		require.InDelta(t, row[1], theory.StaleMany(row[0]), 1e-6, "%v", row)
		require.InDelta(t, row[3], theory.SafeShare(row[0]), 1e-4, "%v", row)
	}
}

// The other numbers that the design of the experiments names.
func TestFormulae_GiveTheNumbersThatMustComeOut(t *testing.T) {
	for _, c := range []struct {
		what      string
		want, got float64
	}{
		{"two miners .7 .3", .9618, theory.TwoMiners(.7, .3, .1)},
		{"two miners .6 .4", .7616, theory.TwoMiners(.6, .4, 1)},
		{"two equal miners", theory.TwoMiners(.500001, .499999, .3), theory.TwoMiners(.5, .5, .3)},
		{"Decker and Wattenhofer", .0178, theory.ForkFromCurve(11.37, 633.7)},
		{"partition .5", 8.23, theory.PartitionLost(.5, 20)},
		{"partition .3", 5.94, theory.PartitionLost(.3, 20)},
		{"forward 2", .7968, theory.ForwardReach(2)},
		{"forward 3", .9405, theory.ForwardReach(3)},
		{"forward 4", .9802, theory.ForwardReach(4)},
		{"forward 6", .9975, theory.ForwardReach(6)},
		{"distance 10^3", 3.55, theory.RegularDistance(8, 1e3)},
		{"distance 10^4", 4.73, theory.RegularDistance(8, 1e4)},
		{"distance 10^5", 5.92, theory.RegularDistance(8, 1e5)},
		{"exponential links", .672, theory.ExponentialFlood(1, 8) * 2.302585},
		{"eclipse .5", .0039, theory.Eclipse(.5, 8)},
		{"eclipse .8", .168, theory.Eclipse(.8, 8)},
		{"eclipse .9", .430, theory.Eclipse(.9, 8)},
		{"pools", .01 * (1 - .26), theory.StalePools(.01, []float64{.3, .3, .2, .2})},
	} {
		require.InDelta(t, c.want, c.got, 5e-3*c.want, c.what)
	}
	q := []float64{.4, .3, .2, .1}
	sum := 0.0
	for i := range q {
		sum += q[i] * theory.StalePool(.01, q, i)
	}
	require.InDelta(
		t,
		theory.StalePools(.01, q),
		sum,
		1e-12,
		"the pools' shares weighted by their blocks are the whole",
	)
	require.InDelta(t, theory.CatchUp(.3, 2), .18367, 1e-5)
	least, most := theory.PushRounds(1000)
	require.Less(t, least, most)
	require.InDelta(t, 14.79, least, .01)
	require.InDelta(t, 19.67, most, .01)
}
