package cputime_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/cputime"
)

// Both ways of asking count the same time, which goes on with work.
func TestOwnAndOf(t *testing.T) {
	before := cputime.Own()
	for cputime.Own() < before+30*time.Millisecond {
	}
	used, known := cputime.Of(os.Getpid())
	if runtime.GOOS == "linux" {
		require.True(t, known)
	}
	if known {
		require.GreaterOrEqual(t, used, before+10*time.Millisecond)
		require.LessOrEqual(t, used, cputime.Own()+20*time.Millisecond)
	}
	_, known = cputime.Of(1 << 30)
	require.False(t, known)
}
