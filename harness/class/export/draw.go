package export

import (
	"context"
	"io"

	"strata/harness/class"
	"strata/harness/grade"
	"strata/harness/grade/extras"
	"strata/harness/grade/report"
	"strata/harness/trace"
)

// Drawer makes runs again with the workshop at root, in their smallest form.
func Drawer(root string, s class.Settings, scenarios *extras.Suite) Picture {
	return func(ctx context.Context, st class.Standing, f report.Failure) (run trace.Run, ok bool, err error) {
		_, err = grade.Replay(ctx, grade.ReplayOptions{
			Options:  grade.Options{Root: root, Dir: st.Dir, Timeout: s.Timeout, Sealed: s.Sealed, Apart: true, Scenarios: scenarios},
			Scenario: f.Scenario, Seed: f.Seed, Shrink: true,
			Record: func(seen trace.Run) error { run, ok = seen, true; return nil },
		}, io.Discard)
		return run, ok, err
	}
}
