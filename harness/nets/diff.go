package nets

import (
	"math"
	"slices"

	"strata/harness/nets/stats"
)

// Compared is a measure at one point in two folders.
type Compared struct {
	Point, Measure string
	A, B           float64        // means
	Off            float64        // B less A
	Interval       stats.Interval // for Off
	Z              float64
	Paired         bool // both have the same seeds: runs are compared one by one
}

// Comparison is two folders side by side.
type Comparison struct {
	Rows         []Compared // those that differ most come first
	OnlyA, OnlyB []string   // points that one of them has
	Same         int        // measures that are the same to the last digit
	SameTraces   int        // runs of one point and seed whose traces have one hash
	Runs         int        // that both have
}

// Diff compares two folders of results. Errors: those of OpenFolder.
func Diff(a, b string) (*Comparison, error) {
	one, err := loadFolder(a)
	if err != nil {
		return nil, err
	}
	other, err := loadFolder(b)
	if err != nil {
		return nil, err
	}
	c := &Comparison{}
	for _, point := range sortedKeys(one) {
		if runs, ok := other[point]; ok {
			c.compare(point, one[point], runs)
		} else {
			c.OnlyA = append(c.OnlyA, point)
		}
	}
	for _, point := range sortedKeys(other) {
		if _, ok := one[point]; !ok {
			c.OnlyB = append(c.OnlyB, point)
		}
	}
	slices.SortStableFunc(c.Rows, func(x, y Compared) int {
		return int(math.Copysign(1, math.Abs(y.Z)-math.Abs(x.Z)))
	})
	return c, nil
}

// loadFolder reads the runs of a folder by point, and these by seed.
func loadFolder(dir string) (map[string]map[uint64]Run, error) {
	e, _, err := OpenFolder(dir, nil)
	if err != nil {
		return nil, err
	}
	store, err := Store(dir)
	if err != nil {
		return nil, err
	}
	points, _, err := e.Load(store)
	if err != nil {
		return nil, err
	}
	all := map[string]map[uint64]Run{}
	for i, runs := range points {
		bySeed := map[uint64]Run{}
		for _, r := range runs {
			bySeed[r.Result.Seed] = r
		}
		all[e.Points.At(i).String()] = bySeed
	}
	return all, nil
}

// compare compares the runs of a point, measure by measure.
func (c *Comparison) compare(point string, a, b map[uint64]Run) {
	values := func(runs map[uint64]Run, name string) (list []float64, seeds []uint64) {
		for seed := range runs {
			if _, ok := runs[seed].Result.Values[name]; ok {
				seeds = append(seeds, seed)
			}
		}
		slices.Sort(seeds)
		for _, seed := range seeds {
			list = append(list, runs[seed].Result.Values[name])
		}
		return list, seeds
	}
	for seed, r := range a {
		if other, ok := b[seed]; ok {
			c.Runs++
			if r.Result.Hash == other.Result.Hash {
				c.SameTraces++
			}
		}
	}
	names := map[string]bool{}
	for _, runs := range []map[uint64]Run{a, b} {
		for _, r := range runs {
			for name := range r.Result.Values {
				names[name] = true
			}
		}
	}
	for _, name := range sortedKeys(names) {
		x, seedsX := values(a, name)
		y, seedsY := values(b, name)
		if len(x) == 0 || len(y) == 0 {
			continue
		}
		if slices.Equal(x, y) && slices.Equal(seedsX, seedsY) {
			c.Same++
			continue
		}
		c.Rows = append(c.Rows, contrast(point, name, x, y, slices.Equal(seedsX, seedsY)))
	}
}

// contrast is the difference of two means: of pairs, if the seeds are the same, else by Welch's method.
func contrast(point, name string, x, y []float64, paired bool) Compared {
	row := Compared{Point: point, Measure: name, Paired: paired}
	mx, dx := stats.Mean(x)
	my, dy := stats.Mean(y)
	row.A, row.B, row.Off = mx, my, my-mx
	if paired {
		off := make([]float64, len(x))
		for i := range x {
			off[i] = y[i] - x[i]
		}
		row.Interval, row.Z = stats.TInterval(off, level), stats.MeanScore(off, 0, 0)
		return row
	}
	row.Interval, row.Z = stats.Welch(mx, dx, len(x), my, dy, len(y), level)
	return row
}
