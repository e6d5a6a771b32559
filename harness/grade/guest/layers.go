package main

import (
	"strata/harness/grade/handles"
	"strata/harness/grade/submission"
	"strata/ledgers/electives"
)

// layers are those of the submission. The grader puts another file in the place of this one if no elective is
// graded.
func layers() electives.Stack { return handles.Stack(submission.Electives()) }
