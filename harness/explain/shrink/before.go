package shrink

import (
	"strata/harness/trace"
	"strata/scenario"
)

// Before is what led to the last event of a recorded run that never ended: one line each, at most as
// many as a small run is shown by. hidden counts lines about the layers below that are left out.
func Before(s scenario.Scenario, run trace.Run) (lines []Line, hidden int) {
	if len(run.Events) == 0 {
		return nil, 0
	}
	r := recorded{Run: run, end: run.Events[len(run.Events)-1].At}
	v := viewOf(s)
	lines, hidden, _ = v.choose(v.lines(r, r.cone()))
	return lines, hidden
}
