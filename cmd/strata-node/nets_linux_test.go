package main

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/netns"
)

// nets are network namespaces in which nodes run.
type nets struct {
	*netns.Nets
	t *testing.T
}

// newNets makes n connected namespaces. Where that cannot be done it skips.
func newNets(t *testing.T, n int) *nets {
	t.Helper()
	return &nets{netns.New(t, n), t}
}

// node starts a node in its namespace, and waits until it is up.
func (w *nets) node(i int, args ...string) *child {
	w.t.Helper()
	path, err := binary()
	require.NoError(w.t, err)
	data := "node" + strconv.Itoa(i)
	args = append([]string{"-data", data, "-listen", w.IP(i) + ":11120"}, args...)
	d := launch(w.t, w.Command(i, path, args...))
	d.data, d.http = data, &http.Client{Transport: &http.Transport{DialContext: w.Dialer(i)}}
	return d
}
