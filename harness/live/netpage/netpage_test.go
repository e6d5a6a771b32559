package netpage

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/localpage"
	"strata/network"
)

// The page shows nodes that have told their peers and such that have not, each link once, and the last lines.
func TestPage_ShowsTheNetwork_I13(t *testing.T) {
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	p := New(l, "a:1")
	require.Equal(t, []node{{"a:1", true, []network.Addr{}}}, p.state.Nodes, "alone at first")
	p.Draw("a:1", map[network.Addr][]network.Addr{"a:1": {"b:1"}, "b:1": {"a:1", "c:1"}})
	require.Equal(t, []node{{"a:1", true, []network.Addr{"b:1"}}, {"b:1", true, []network.Addr{"a:1", "c:1"}}, {"c:1", false, []network.Addr{}}}, p.state.Nodes)
	require.Equal(t, [][2]network.Addr{{"a:1", "b:1"}, {"b:1", "c:1"}}, p.state.Links)
	for range 60 {
		p.Told("b:1 is a peer now")
	}
	require.Len(t, p.state.Lines, mostLines)

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Serve(ctx) }()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}
	for _, path := range []string{"", "kit/icon.svg", "kit/netmap.js", "kit/theme.css", "net.js"} {
		at := p.URL()
		if path != "" {
			at = "http://" + l.Addr().String() + "/" + path
		}
		a, err := client.Get(at)
		require.NoError(t, err)
		text, err := io.ReadAll(a.Body)
		a.Body.Close()
		require.NoError(t, err)
		require.Equal(t, 200, a.StatusCode, path)
		require.NotEmpty(t, text)
	}
	cancel()
	require.NoError(t, <-ended)
}
