package grade_test

import (
	"cmp"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
)

// warm is what the tests keep from one build to the next, as a watch does: nearly all of them grade our solutions with
// one layer changed.
var warm *process.Warm

func TestMain(m *testing.M) {
	var err error
	if warm, err = process.NewWarm(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	warm.Close()
	os.Exit(status)
}

// graded grades in this workshop, if no other is named, with what is kept.
func graded(t *testing.T, opt grade.Options) report.Report {
	t.Helper()
	r, err := grade.Grade(t.Context(), kept(opt))
	require.NoError(t, err)
	warm.Wait() // what the first build has shown serves all others
	return r
}

// kept are options for this workshop, with what is kept.
func kept(opt grade.Options) grade.Options {
	opt.Root, opt.Warm = cmp.Or(opt.Root, root), warm
	return opt
}
