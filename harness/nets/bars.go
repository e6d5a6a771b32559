package nets

import (
	"math"
	"slices"

	"strata/harness/nets/plot"
	"strata/harness/nets/stats"
)

// leastRuns is how many runs an interval of their mean wants: with two it is 12.7 standard errors wide to each side.
const leastRuns = 3

// cloud is the runs at one place of a picture.
type cloud struct {
	x      float64
	values []float64
}

// drawn is clouds as a series of points, or as a theory's line, from left to right.
func drawn(name string, kind plot.Kind, clouds []cloud) plot.Series {
	s := plot.Series{Name: name, Kind: kind}
	slices.SortStableFunc(clouds, func(a, b cloud) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return 0
	})
	negative := slices.ContainsFunc(clouds, func(c cloud) bool { return len(c.values) > 0 && slices.Min(c.values) < 0 })
	for _, c := range clouds {
		mean, _ := stats.Mean(c.values)
		s.X, s.Y = append(s.X, c.x), append(s.Y, mean)
		if kind == plot.Points {
			b := bar(c.values, negative)
			s.Low, s.High = append(s.Low, b.Low), append(s.High, b.High)
		}
	}
	return s
}

// bar shows how far runs lie apart: the interval for their mean, of two runs these two, and NaN of one. It does not go
// below 0 where no run of the series does.
func bar(values []float64, negative bool) stats.Interval {
	switch {
	case len(values) < 2:
		return stats.Interval{Low: math.NaN(), High: math.NaN()}
	case len(values) < leastRuns:
		return stats.Interval{Low: slices.Min(values), High: slices.Max(values)}
	}
	i := stats.TInterval(values, level)
	if !negative {
		i.Low = max(0, i.Low)
	}
	return i
}

// barsNote says what the bars of a picture with these clouds are.
func barsNote(clouds []cloud) string {
	of := map[int]bool{}
	for _, c := range clouds {
		of[min(len(c.values), leastRuns)] = true
	}
	switch {
	case of[leastRuns] && of[2] && of[1]:
		return "; intervals hold with 95 %, bars of two runs show both, a single run has none"
	case of[leastRuns] && of[2]:
		return "; intervals hold with 95 %, bars of two runs show both"
	case of[leastRuns] && of[1]:
		return "; intervals hold with 95 %, a single run has none"
	case of[leastRuns]:
		return "; intervals hold with 95 %"
	case of[2] && of[1]:
		return "; bars of two runs show both, a single run has none"
	case of[2]:
		return "; bars show both runs"
	}
	return ""
}
