package class_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/grade/report"
)

// G6: when fewer hand-ins are left than there are workers, these are graded by more jobs, so that no processor is without work.
// One that is graded alone has them all.
func TestGrade_TheLastTakeWhatIsFree_G6(t *testing.T) {
	all := make(map[string]string)
	for i := range 7 {
		all[fmt.Sprint("student", i)] = fmt.Sprintf("%03b", i)
	}
	f := begun(t, handins(t, all), t.TempDir())
	var lock sync.Mutex
	var jobs []int
	fails := true
	grader := func(_ context.Context, _ string, n int) (report.Report, error) {
		lock.Lock()
		defer lock.Unlock()
		jobs = append(jobs, n)
		if fails {
			fails = false
			return report.Report{}, errors.New("no room")
		}
		return report.Report{}, nil
	}
	done, err := f.Grade(t.Context(), class.Options{Grader: grader, Workers: 4})
	require.NoError(t, err)
	require.Len(t, done.Failed, 1)
	slices.Sort(jobs)
	require.Equal(t, []int{1, 1, 1, 1, 1, 2, 4}, jobs)

	jobs = nil
	done, err = f.Grade(t.Context(), class.Options{Grader: grader, Workers: 4})
	require.NoError(t, err)
	require.Equal(t, 1, done.Done)
	require.Equal(t, []int{4}, jobs)
}
