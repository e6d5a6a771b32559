package explain

import (
	"context"
	"fmt"
	"slices"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
)

// differTime is what looking for one difference may take.
const differTime = 3 * time.Second

// Differ makes a finding of a layer of which two runs of one seed were not the same, in that many
// scenarios; the case is the first of them. Of other seeds, others may come between the two.
func (e *Explainer) Differ(ctx context.Context, c *Case, seed uint64, scenarios, others int) report.Finding {
	f := report.Finding{Layer: c.Step.Layer, Scenarios: scenarios, Scenario: c.Scenario.Name, Seed: seed,
		Replay: e.Command(c.Scenario.Name, seed)}
	// A child of its own: what other runs have left behind is not in it.
	client := &process.Client{Binary: e.Binary, Limits: e.Limits}
	defer client.Close()
	task := pipe.Differ{Run: c.Run(seed), Others: others, Budget: differTime}
	if found, err := process.Do(ctx, client, task, process.Call{Budget: differTime}); err == nil {
		f.Difference = found.Difference
	}
	e.suspect(&f, c.Student)
	return f
}

// suspect says what is the likely cause, and where it may be.
func (e *Explainer) suspect(f *report.Finding, student []string) {
	const (
		mapOrder = "the order of a map, which Go changes each time: range over slices.Sorted(maps.Keys(m)) where " +
			"the order can be seen"
		leftOver = "something that outlives a run"
		other    = "the order of a map within what is sent, or an address that is printed"
	)
	var maps, warnings []string
	for _, l := range e.Sub.Layers {
		if !l.Usable() || !slices.Contains(student, l.Name) {
			continue
		}
		maps = append(maps, l.Check.MapOrders(l.Dir)...)
		for _, w := range l.Check.Findings {
			if w.Warning && w.Line > 0 {
				warnings = append(warnings, fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Reason))
			}
		}
	}
	f.Cause, f.Suspects = other, slices.Concat(maps, warnings)
	if d := f.Difference; d != nil {
		f.File = e.Sub.Ours(d.File)
		switch {
		case d.After > 0:
			f.Cause, f.Suspects = leftOver, warnings
		case d.Order:
			f.Cause, f.Suspects = mapOrder, maps
		}
	}
	f.Suspects = f.Suspects[:min(len(f.Suspects), 6)]
}
