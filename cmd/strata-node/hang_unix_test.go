//go:build unix

package main

import (
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A node that is stuck is not well: it does not answer, though its port is open.
func TestHealth_OfOneThatHangs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the five seconds that a node may take to answer")
	}
	t.Chdir(t.TempDir())
	d := start(t)
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGSTOP))
	status, _, errs := program(t, "-health", "-api", strings.TrimPrefix(d.url, "http://"))
	require.NoError(t, d.cmd.Process.Signal(syscall.SIGCONT))
	require.Equal(t, 1, status)
	require.Contains(t, errs, "context deadline exceeded")
	d.stop()
}
