package grade

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/explain"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
)

// What lies below the working directory is shown from there, what does not is shown whole.
func TestNear(t *testing.T) {
	t.Chdir(t.TempDir())
	at, err := os.Getwd()
	require.NoError(t, err)
	require.Equal(t, "exercises", near(filepath.Join(at, "exercises")))
	require.Equal(t, ".", near(at))
	require.Equal(t, filepath.Dir(at), near(filepath.Dir(at)))
	require.Equal(t, filepath.Join("..", "x"), near(filepath.Join("..", "x")))

	require.True(t, Options{Root: at, Dir: "exercises"}.ofWorkshop())
	require.True(t, Options{Root: ".", Dir: filepath.Join(at, "exercises")}.ofWorkshop())
	require.False(t, Options{Root: at, Dir: "solutions"}.ofWorkshop())
}

// What was announced and got no verdict has failed.
func TestFailure_WithoutAVerdict(t *testing.T) {
	g := &grading{opt: Options{Root: "../..", Dir: "../../solutions"}, sub: &handin.Submission{}}
	g.explainer = &explain.Explainer{Sub: g.sub, Command: g.replayCommand}
	f, failed := g.failure(&trial{Case: explain.Case{Step: steps.List[0]}, seeds: 3, passed: 2})
	require.True(t, failed)
	require.Equal(t, "1 of 3 runs gave no verdict", f.Text)
}

// G17: that the machine starts no child is the grading's trouble: an error, and no check has failed for it.
func TestDispatch_OfChildrenThatCannotStart_G17(t *testing.T) {
	opt, err := Options{Root: "../..", Dir: "../../solutions", Seeds: 3}.complete()
	require.NoError(t, err)
	t1 := &trial{Case: explain.Case{Scenario: Scenarios()[0], Step: steps.List[0]}, seeds: 3}
	nothing := &process.Client{Binary: filepath.Join(t.TempDir(), "nothing"), Limits: opt.limits()}
	_, err = dispatch(context.Background(), opt, nothing, []*trial{t1}, nil)
	require.ErrorIs(t, err, process.ErrStart)
	require.Nil(t, t1.failed)
}
