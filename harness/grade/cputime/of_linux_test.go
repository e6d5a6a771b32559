package cputime_test

import (
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/cputime"
	"strata/harness/proof/needs"
)

// The time of another process goes on while that one works, and is 0 for one that there is not.
func TestOf(t *testing.T) {
	cmd := exec.Command(needs.Program(t, "install dash", "sh"), "-c", "while :; do :; done")
	require.NoError(t, cmd.Start())
	defer func() { _ = cmd.Wait() }()
	for cputime.Of(cmd.Process.Pid) < 30*time.Millisecond {
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	require.Zero(t, cputime.Of(cmd.Process.Pid))
}
