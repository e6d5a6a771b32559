package node_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node"
	"strata/p2p"
	"strata/scenario"
)

// Two halves that no connection joins any longer find each other again, though each has peers within
// and so never asks the bootstrap nodes (P2P-8).
func TestHalvesRejoinAfterEveryConnectionBroke(t *testing.T) {
	w := newTown(t)
	first, second := []network.Addr{public(1), public(2), public(3)}, []network.Addr{public(4), public(5)}
	for _, addr := range append(first, second...) {
		w.guarded(addr, node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{public(1)}}})
	}
	const apart, joined = 10 * time.Second, 70 * time.Second
	w.sim.Inject(scenario.Fault{Kind: scenario.Partition, At: apart, For: joined - apart, A: first, B: second})
	peers := func(addr network.Addr) int { return len(w.nodes[addr].Peers()) }
	w.sim.Run(apart - time.Second)
	for addr := range w.nodes {
		require.Equal(t, 4, peers(addr))
	}
	w.sim.Run(joined - time.Second)
	require.Equal(t, 2, peers(first[0]))
	require.Equal(t, 1, peers(second[0]))
	w.sim.Run(joined + 2*time.Minute) // waits between failed dials have doubled meanwhile
	for addr := range w.nodes {
		require.Equal(t, 4, peers(addr), addr)
	}
}

// What a peer says of its peers is told as it was said, without what we know ourselves.
func TestAskPeersTellsWhatTheySay(t *testing.T) {
	w := newTown(t)
	absent := public(9)
	w.guarded(public(1), node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{public(2), absent}}})
	w.guarded(public(2), node.Config{})
	answers := 0
	w.sim.At(10*time.Second, public(1), func() {
		w.nodes[public(1)].AskPeers(func(peer network.Addr, theirs []network.Addr, ok bool) {
			answers++
			require.True(t, ok)
			require.Empty(t, theirs)
		})
	})
	w.sim.Run(12 * time.Second)
	require.Equal(t, 1, answers)
}
