package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The address of the page is told as long as the node runs, and not of one that was killed and left its file behind.
func TestPage_OfOneThatRuns(t *testing.T) {
	t.Chdir(t.TempDir())
	require.Equal(t, "data directory data: no node with an API runs on it", refused(t, "-page", "-data", "data"))
	d := start(t, "-data", "data")
	status, out, errs := program(t, "-page", "-data", "data")
	require.Zero(t, status, errs)
	require.Equal(t, "strata: page and API at "+d.url+"/, token in data/api.token\n", out)
	d.kill()
	require.FileExists(t, "data/api.address")
	require.Equal(t, "data directory data: no node with an API runs on it: nobody answers at "+d.url+", where the last one was",
		refused(t, "-page", "-data", "data"))
}
