// Command gradechild runs scenarios on a student's layers. The grader builds it with the
// submission laid over exercises/, starts it with its pipes and sends it tasks. It is of no use by
// hand. It is as small as can be, for it is compiled again with each change of a layer.
package main

import (
	"fmt"
	"os"

	"strata/harness/grade/runner"
	"strata/harness/grade/submission"
)

func main() {
	if err := runner.Serve(submission.Electives); err != nil {
		fmt.Fprintln(os.Stderr, "gradechild:", err)
		os.Exit(2)
	}
}
