package grade

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/grade/pipe"
	"strata/harness/grade/sourcecheck"
)

// Finding is that a layer does not do the same again for the same seed. It costs no points of its
// own, but what fails then cannot be replayed with certainty.
type Finding struct {
	Layer      string
	Scenarios  int    // of the layer in which it was seen
	Scenario   string // the first of them
	Seed       uint64
	Difference *vary.Difference `json:",omitempty"` // nil: seen, but not again when it was looked for
	File       string           `json:",omitempty"` // "file:line" of the student's code that did what differs
	Cause      string           // the likely one
	Suspects   []string         `json:",omitempty"` // "file:line: what" of the layer's code that may be it
	Replay     string           // the command that shows the run
}

// differTime is what looking for one difference may take.
const differTime = 3 * time.Second

// differ makes a finding of each layer of which two runs of one seed were not the same.
func (g *grading) differ(ctx context.Context, binary string) error {
	byLayer := make(map[string][]*trial)
	var order []string
	for _, t := range g.trials {
		if t.varies {
			if byLayer[t.step.Layer] == nil {
				order = append(order, t.step.Layer)
			}
			byLayer[t.step.Layer] = append(byLayer[t.step.Layer], t)
		}
	}
	for _, name := range order {
		trials := byLayer[name]
		first := trials[0]
		f := Finding{Layer: name, Scenarios: len(trials), Scenario: first.scenario.Name, Seed: first.varied,
			Replay: g.replayCommand(first.scenario.Name, first.varied)}
		// A child of its own: what other runs have left behind is not in it.
		a := &asker{opt: g.opt, binary: binary}
		job := pipe.Job{Scenario: f.Scenario, Student: first.student, First: f.Seed, Seeds: min(batchSize, first.seeds), Task: pipe.Differ, Budget: differTime}
		if m, err := a.do(ctx, job, nil); err == nil {
			f.Difference = m.Difference
		}
		a.close()
		g.suspect(&f, first)
		g.findings = append(g.findings, f)
	}
	return ctx.Err()
}

// suspect says what is the likely cause, and where it may be.
func (g *grading) suspect(f *Finding, t *trial) {
	const (
		mapOrder = "the order of a map, which Go changes each time: range over slices.Sorted(maps.Keys(m)) where the order can be seen"
		leftOver = "something that outlives a run, such as a package variable: keep it in the layer's struct"
		other    = "the order of a map within what is sent, an address that is printed, or a package variable"
	)
	var maps, variables []string
	for _, l := range g.sub.layers {
		if !l.usable() || !slices.Contains(t.student, l.name) {
			continue
		}
		maps = append(maps, sourcecheck.MapOrders(l.dir, l.check.Files)...)
		for _, w := range l.check.Findings {
			if w.Warning && w.Line > 0 {
				variables = append(variables, fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Reason))
			}
		}
	}
	f.Cause, f.Suspects = other, slices.Concat(maps, variables)
	if d := f.Difference; d != nil {
		f.File = g.sub.ours(d.File)
		switch {
		case d.After > 0:
			f.Cause, f.Suspects = leftOver, variables
		case d.Order:
			f.Cause, f.Suspects = mapOrder, maps
		}
	}
	f.Suspects = f.Suspects[:min(len(f.Suspects), 6)]
}

// render explains the finding.
func (f Finding) render(out *lines) {
	out.printf("%s  does not do the same again\n", f.Layer)
	out.field("promise", "the same seed gives the same run")
	out.field("seen", fmt.Sprintf("two runs of the same seed differed in %s, first in %s, seed %d", countOf(f.Scenarios, "scenario"), f.Scenario, f.Seed))
	if d := f.Difference; d != nil {
		between := "and right after it, with the same seed"
		if d.After > 0 {
			between = fmt.Sprintf("and after %s of other seeds", countOf(d.After, "run"))
		}
		out.field("differs", fmt.Sprintf("%s after the start, %s\nonce     %s\nthen     %s\n(once, %s)", shrink.Stamp(d.At), d.Node, orNothing(d.One), orNothing(d.Other), between))
	}
	out.field("where", f.File)
	out.field("cause", "most likely "+f.Cause)
	out.field("look at", strings.Join(f.Suspects, "\n"))
	out.field("replay", f.Replay)
	out.printf("\n")
}

func orNothing(what string) string {
	if what == "" {
		return "nothing more"
	}
	return what
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
