package real

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"strata/harness/nets/run"
	"strata/scenario"
)

// Row is one measure, simulated and real.
type Row struct {
	Name            string
	Simulated, Real float64 // NaN: that run does not have it
	Bound           float64 // how far apart both may be, as a part of the simulated; 0 with no Slack: it is shown only
	Slack           float64 // what is allowed beyond that, in the measure's unit
}

// Allowed is how far apart quantiles of propagation, and times of healing, may be.
const Allowed = 0.15

// Compare is the table of two runs of one plan. What neither has is left out. Blocks are found by the same draws, so there
// are as many. How they spread is held to the bound where nothing goes wrong: the median over a time with a partition in it
// mixes two networks. Where there is one, it is what the partition cost, and how long the healing took. With slow lines nothing
// is held to a bound: to which peer a block leaves first is drawn, and few blocks do not even that out.
func Compare(p *run.Plan, simulated, real *run.Result) (rows []Row) {
	parted := slices.ContainsFunc(p.Faults, func(f scenario.Fault) bool { return f.Kind == scenario.Partition || f.Kind == scenario.Cut })
	all := []Row{{Name: "block_q50_s"}, {Name: "block_q90_s"}, {Name: "blocks", Slack: 1}, {Name: "blocks_stale"},
		{Name: "reorg_depth_most"}, {Name: "heal_s"}}
	switch {
	case parted:
		all[3].Slack, all[4].Slack, all[5].Bound, all[5].Slack = 2, 1, Allowed, 1
	case len(p.Faults) == 0 && len(p.Up) == 0:
		all[0].Bound, all[1].Bound = Allowed, Allowed
	}
	value := func(r *run.Result, name string) float64 {
		if v, ok := r.Values[name]; ok {
			return v
		}
		return math.NaN()
	}
	for _, m := range all {
		m.Simulated, m.Real = value(simulated, m.Name), value(real, m.Name)
		if math.IsNaN(m.Simulated) && math.IsNaN(m.Real) || m.Name == "heal_s" && !parted {
			continue
		}
		rows = append(rows, m)
	}
	return rows
}

// Off is how far the real value is from the simulated one, as a part of that.
func (r Row) Off() float64 { return r.Real/r.Simulated - 1 }

// Alike says whether both are as near to each other as they have to be.
func (r Row) Alike() bool {
	return r.Bound == 0 && r.Slack == 0 || math.Abs(r.Real-r.Simulated) <= r.Bound*r.Simulated+r.Slack
}

// Strings are the row's columns: name, simulated, real, difference, verdict.
func (r Row) Strings() []string {
	off := "-"
	if r.Simulated != 0 && !math.IsNaN(r.Off()) {
		off = fmt.Sprintf("%+.1f %%", 100*r.Off())
	}
	return []string{r.Name, figure(r.Simulated), figure(r.Real), off, r.verdict()}
}

// verdict says what was allowed, and whether it was kept to.
func (r Row) verdict() string {
	var allowed []string
	if r.Bound > 0 {
		allowed = append(allowed, fmt.Sprintf("%g %%", 100*r.Bound))
	}
	if r.Slack > 0 {
		allowed = append(allowed, fmt.Sprintf("%g", r.Slack))
	}
	switch {
	case len(allowed) == 0:
		return ""
	case !r.Alike():
		return "NOT within " + strings.Join(allowed, " and ")
	}
	return "within " + strings.Join(allowed, " and ")
}

// figure is a value, or that there is none.
func figure(v float64) string {
	if math.IsNaN(v) {
		return "none"
	}
	return fmt.Sprintf("%.4g", v)
}
