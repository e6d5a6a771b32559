// Command gradechild runs scenarios on a student's layers. The grader builds it with the
// submission laid over exercises/, starts it with its pipes and sends it tasks. It is of no use by
// hand. It is as small as can be, for it is compiled again with each change of a layer.
package main

import (
	"strata/harness/course/suites"
	"strata/harness/grade/runner"
	"strata/harness/grade/runner/apart"
	"strata/harness/grade/submission"
	"strata/solutions"
)

func main() {
	runner.Main(runner.Parts{Theirs: submission.Electives(), Ours: solutions.Electives(), Suites: suites.Known, Apart: apart.Open})
}
