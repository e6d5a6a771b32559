package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/node/process/api"
	"strata/node/process/tcphost"
	"strata/p2p"
	"strata/solutions"
)

// H8: a node whose peers are all of another chain says so, and is not ready.
func TestReady_OtherChain_H8(t *testing.T) {
	r := newRig(t, api.Config{})
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	host := r.loop.Host(addrs[0])
	var other *node.Node
	r.do(func() {
		other, err = node.New(host, solutions.Stack(), node.Config{
			P2P: p2p.Config{Self: addrs[0], Bootstrap: []network.Addr{r.node.Self()}}, Params: chain.Params{Difficulty: 2}, Guard: &guard.Config{},
		})
		require.NoError(t, err)
		require.NoError(t, other.Start())
	})
	t.Cleanup(func() { r.loop.Do(other.Stop) })
	require.Eventually(t, func() bool {
		a := r.request("GET", "/readyz", "")
		defer a.Body.Close()
		return a.StatusCode == http.StatusServiceUnavailable
	}, patience, 20*time.Millisecond)
	require.Equal(t, "urn:strata:problem:other-chain", r.answer(503, "GET", "/readyz", "")["type"])
	status := r.get("/v1/status")
	require.Equal(t, []any{map[string]any{"peer": string(addrs[0]), "what": "difficulty 2 instead of 1"}}, status["disagreements"])
	r.get("/healthz")
}
