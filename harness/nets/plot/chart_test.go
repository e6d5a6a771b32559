package plot_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/plot"
)

// points is a measured series at 4, 10 and 22.
func points(name string, y, half float64) plot.Series {
	s := plot.Series{Name: "answer of " + name, Legend: name, Kind: plot.Points, X: []float64{4, 10, 22}}
	for range s.X {
		s.Y, s.Low, s.High = append(s.Y, y), append(s.Low, y-half), append(s.High, y+half)
	}
	return s
}

func chart(series ...plot.Series) string {
	c := plot.Chart{File: "x", Title: "T", X: plot.Axis{Log: true}, Series: series}
	return string(c.Draw(true))
}

// dots are the places of a colour's dots, from left to right, without that of the legend.
func dots(t *testing.T, svg, colour string) (xs []float64) {
	for _, m := range regexp.MustCompile(`<circle class="dot f`+colour+`" cx="([0-9.]+)" [^>]*><title>`).FindAllStringSubmatch(svg, -1) {
		x, err := strconv.ParseFloat(m[1], 64)
		require.NoError(t, err)
		xs = append(xs, x)
	}
	return xs
}

func TestChart_PointsThatWouldHideEachOtherStandSideBySide(t *testing.T) {
	svg := chart(points("a", 5, 2), points("b", 6, 2), points("c", 50, 1))
	a, b, c := dots(t, svg, "0"), dots(t, svg, "1"), dots(t, svg, "2")
	require.Len(t, a, 3)
	for i := range a {
		require.Greater(t, b[i], a[i]+5)
		require.Greater(t, c[i], b[i]+5)
		require.Less(t, c[i], a[i]+30, "near to their x")
	}
	require.Equal(t, 2*3, strings.Count(svg, `class="join `), "a thin line in the frame and one in the legend")

	apart := chart(points("a", 5, 1), points("b", 50, 1))
	require.Equal(t, dots(t, apart, "0"), dots(t, apart, "1"), "nothing hides: both stand at their x")
	require.NotContains(t, chart(points("a", 5, 1)), `class="join `, "one series needs no line")
}

func TestChart_SeriesThatHaveATheoryAreNotJoined(t *testing.T) {
	theory := plot.Series{Name: "f", Kind: plot.Theory, X: []float64{4, 22}, Y: []float64{5, 5}, Of: 1}
	svg := chart(points("a", 5, 1), points("b", 50, 1), theory)
	require.Contains(t, svg, `class="theory t0 s0"`, "a theory of one series has its colour")
	require.NotContains(t, svg, `class="join s0"`)
	require.Contains(t, svg, `class="join s1"`)
}

func TestChart_TheoriesTakeNoColourAndAreListedOnce(t *testing.T) {
	var all []plot.Series
	for i, name := range []string{"work", "leader", "validators", "lattice", "causal"} {
		all = append(all, points(name, float64(10*i+10), 1), plot.Series{
			Name: "asked " + name, Legend: "asked", Kind: plot.Theory, X: []float64{4, 22}, Y: []float64{1, 2},
		})
	}
	svg := chart(all...)
	for i := range 5 {
		require.Len(t, dots(t, svg, strconv.Itoa(i)), 3, "colour %d", i)
	}
	require.Equal(t, 1, strings.Count(svg, ">asked</text>"))
	require.Contains(t, svg, ">causal</text>")
	require.NotContains(t, svg, ">answer of causal</text>", "the legend says what differs")
	require.Contains(t, svg, "answer of causal: 4, 50", "the point says all")

	second := plot.Series{Name: "g", Kind: plot.Theory, X: []float64{4, 22}, Y: []float64{2, 3}}
	require.Contains(t, chart(append(all, second)...), `class="theory t1"`, "another theory has other dashes")
}

func TestChart_TicksStandAtFewValues(t *testing.T) {
	ticks := func(svg string) (all []string) {
		for _, m := range regexp.MustCompile(`class="tick" x="[0-9.]+" y="390" text-anchor="middle">([^<]*)<`).FindAllStringSubmatch(svg, -1) {
			all = append(all, m[1])
		}
		return all
	}
	require.Equal(t, []string{"4", "10", "22"}, ticks(chart(points("a", 5, 1))))
	for _, xs := range [][]float64{
		{1, 2, 3, 4, 5, 6, 7, 8, 9}, // too many
		{0.012345, 0.45678, 3.45},   // too long
		{1, 1.01, 1.02, 100},        // too near
	} {
		got := ticks(chart(plot.Series{Name: "a", Kind: plot.Points, X: xs, Y: make([]float64, len(xs))}))
		require.NotEmpty(t, got)
		for _, tick := range got {
			require.Contains(t, []string{"0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"}, tick, "%v", xs)
		}
	}
}

func TestChart_ABarThatLeavesTheFrameHasNoEndThere(t *testing.T) {
	s := plot.Series{Name: "a", Kind: plot.Points, X: []float64{1, 2}, Y: []float64{5, 50}, Low: []float64{0, math.NaN()}, High: []float64{9, math.NaN()}}
	ends := func(log bool) int {
		c := plot.Chart{File: "x", Title: "T", Y: plot.Axis{Log: log}, Series: []plot.Series{s}}
		return strings.Count(string(c.Draw(true)), `class="bar s0"`)
	}
	require.Equal(t, 2, ends(true), "the bar and its upper end; a point without a bar has none")
	require.Equal(t, 3, ends(false))
}

func TestPictures_LongTitlesAndNotesGoOnInTheNextLine(t *testing.T) {
	long := strings.Repeat("with as many members down as can be lost ", 5)
	height := func(title, note string) (string, float64) {
		c := plot.Chart{File: "x", Title: title, Note: note}
		svg := string(c.Draw(true))
		h, err := strconv.ParseFloat(regexp.MustCompile(` height="([0-9.]+)" role`).FindStringSubmatch(svg)[1], 64)
		require.NoError(t, err)
		return svg, h
	}
	_, short := height("T", "n")
	svg, high := height(long, "n")
	lines := regexp.MustCompile(`class="title"[^>]*>([^<]*)<`).FindAllStringSubmatch(svg, -1)
	require.Len(t, lines, 3)
	for _, line := range lines {
		require.LessOrEqual(t, len(line[1]), 81, "a line fits")
	}
	require.Equal(t, short+2*19, high, "and the picture grows")
	require.Contains(t, svg, `translate(0 38)`)
	_, high = height("T", long)
	require.Equal(t, short+14, high)
}
