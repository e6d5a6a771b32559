package class

import (
	"context"

	"strata/harness/grade"
	"strata/harness/grade/extras"
	"strata/harness/grade/report"
)

// GraderOf is the grader of the workshop at root by those settings, with the scenarios that they name. It takes one
// processor.
func GraderOf(root string, s Settings, scenarios *extras.Suite) Grader {
	return func(ctx context.Context, dir string) (report.Report, error) {
		return grade.Grade(ctx, grade.Options{
			Root: root, Dir: dir, Layers: s.Layers, Steps: s.Steps, Seeds: s.Seeds, FirstSeed: s.First, Jobs: 1,
			Timeout: s.Timeout, Budget: s.Budget, Sealed: s.Sealed, Apart: true, Scenarios: scenarios,
		})
	}
}
