package api_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/api"
)

// What peers claim of theirs does not grow without bound, and none of them can push out what the others, or
// this node, know: whoever draws the picture has to place every node.
func TestTopology_IsBoundedWhateverPeersClaim(t *testing.T) {
	self := network.Addr("10.0.0.1:1")
	var peers []network.Addr
	claims := map[network.Addr][]network.Addr{}
	for p := range 80 {
		peer := network.Addr(fmt.Sprintf("10.0.1.%d:1", p))
		peers = append(peers, peer)
		for i := range 256 {
			claims[peer] = append(claims[peer], network.Addr(fmt.Sprintf("10.1.%d.%d:1", p, i)))
		}
	}
	nodes, links := api.Graph(self, peers, claims)
	require.Len(t, nodes, 300)
	require.Subset(t, nodes, append(peers, self))
	for _, peer := range peers {
		require.Contains(t, nodes, claims[peer][0], "each peer has a share")
	}
	require.Len(t, links, 299)
	for _, link := range links {
		require.Subset(t, nodes, link[:])
	}
}
