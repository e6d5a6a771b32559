package node_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip/search"
	"strata/network"
	"strata/node"
	"strata/node/fetch"
	"strata/node/guard"
	"strata/p2p"
)

// Several strangers, each within its limit, say to one node what it passes on to all its peers. Together they do
// not make it look like a flooder there: nobody can have honest nodes ban each other (GSP-4).
func TestStrangersCannotFloodThroughAnHonestNode(t *testing.T) {
	w := newTown(t)
	limits := guard.Config{Messages: 100, MaxHeld: 64 << 10}
	w.guarded(public(1), node.Config{Guard: &limits})
	w.guarded(public(2), node.Config{Guard: &limits, P2P: p2p.Config{Bootstrap: []network.Addr{public(1)}}})
	for i := range 4 {
		a := w.attacker(public(10+i), p2p.Config{Bootstrap: []network.Addr{public(1)}, MaxPeers: 1})
		for tick := range 1200 {
			var questions [][]byte
			for n := range 9 {
				question := make([]byte, 500)
				copy(question, []byte{byte(i), byte(tick), byte(tick >> 8), byte(n)})
				questions = append(questions, question)
			}
			w.says(5*time.Second+time.Duration(tick)*100*time.Millisecond, a, search.KindPrefix+fetch.Kind, questions...)
		}
	}
	w.sim.Run(150 * time.Second)
	victim := w.nodes[public(2)]
	require.Equal(t, uint64(0), victim.Guard().Totals().Offences[guard.Flood])
	require.Empty(t, victim.Guard().Bans())
	require.Contains(t, victim.Peers(), public(1))
	require.Empty(t, w.nodes[public(1)].Guard().Bans(), "each of the strangers kept within its limit")
}
