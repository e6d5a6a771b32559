package grade

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/explain/shrink"
	"strata/harness/lab"
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

// A run with fewer choices can be the longer one.
func TestCallbacks(t *testing.T) {
	small := &shrink.Result{Events: 12, Run: lab.Result{Events: 10}}
	require.Equal(t, "10 of 12 callbacks", callbacks(small))
	small.Run.Events = 53
	require.Equal(t, "53 callbacks (12 before)", callbacks(small))
}
