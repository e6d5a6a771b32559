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

// A node that knows nobody is given a peer while it runs, and has it soon; one that is dropped goes, and stays away
// until it is added again.
func TestPeersAreAddedAndDropped(t *testing.T) {
	w := newTown(t)
	here, there := public(1), public(2)
	w.guarded(here, node.Config{})
	w.guarded(there, node.Config{P2P: p2p.Config{}})
	n := func() *node.Node { return w.nodes[here] }
	w.sim.Run(20 * time.Second)
	require.Empty(t, n().Peers())
	w.sim.At(20*time.Second, here, func() {
		require.ErrorIs(t, n().AddPeer(here), node.ErrSelf)
		require.ErrorIs(t, n().AddPeer("0.0.0.0:1"), network.ErrBadAddr)
		require.NoError(t, n().AddPeer(there))
		require.ErrorIs(t, n().AddPeer(there), node.ErrIsAdded, "twice, while it is not a peer yet")
	})
	w.sim.Run(40 * time.Second)
	require.Equal(t, []network.Addr{there}, n().Peers())
	w.sim.At(40*time.Second, here, func() {
		require.ErrorIs(t, n().AddPeer(there), node.ErrIsPeer)
		ok, err := n().DropPeer(there)
		require.NoError(t, err)
		require.True(t, ok)
	})
	w.sim.At(41*time.Second, there, func() { require.NoError(t, w.nodes[there].AddPeer(here)) }) // it comes by itself, in vain
	for at := 42; at < 200; at += 5 {
		w.sim.Run(time.Duration(at) * time.Second)
		require.Empty(t, n().Peers(), "at %d s", at)
	}
	w.sim.At(200*time.Second, here, func() { require.NoError(t, n().AddPeer(there)) })
	w.sim.Run(900 * time.Second) // failed hellos have made it wait (P2P-13)
	require.Equal(t, []network.Addr{there}, n().Peers())
}

// A peer is added to those that there are, too, as long as there is room for more.
func TestPeersAreAddedToOthers(t *testing.T) {
	w := newTown(t)
	w.guarded(public(1), node.Config{})
	w.guarded(public(2), node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{public(1)}}})
	w.guarded(public(3), node.Config{})
	w.sim.At(20*time.Second, public(2), func() { require.NoError(t, w.nodes[public(2)].AddPeer(public(3))) })
	w.sim.Run(60 * time.Second)
	require.Equal(t, []network.Addr{public(1), public(3)}, w.nodes[public(2)].Peers())
}

// A node that lost all its peers dials those that were added, and its bootstrap nodes all the same: none takes the place
// of another.
func TestAddedPeersTakeNobodysPlace(t *testing.T) {
	w := newTown(t)
	here, added, bootstrap := public(1), public(2), public(3)
	w.guarded(here, node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{bootstrap}}})
	w.guarded(added, node.Config{})
	w.guarded(bootstrap, node.Config{})
	away := scenario.Fault{Kind: scenario.Crash, At: time.Millisecond, For: time.Minute, A: []network.Addr{bootstrap}}
	gone := scenario.Fault{Kind: scenario.Crash, At: 50 * time.Second, For: 10 * time.Minute, A: []network.Addr{added}}
	w.sim.Inject(away, gone)
	w.sim.At(10*time.Second, here, func() {
		require.NoError(t, w.nodes[here].AddPeer(added))
		for i := range 7 {
			require.NoError(t, w.nodes[here].AddPeer(public(10+i)), "nobody is there")
		}
	})
	w.sim.Run(49 * time.Second)
	require.Equal(t, []network.Addr{added}, w.nodes[here].Peers())
	w.sim.Run(3 * time.Minute)
	require.Equal(t, []network.Addr{bootstrap}, w.nodes[here].Peers())
	w.sim.At(3*time.Minute, here, func() {
		_, err := w.nodes[here].DropPeer(bootstrap)
		require.NoError(t, err)
	})
	w.sim.Run(15 * time.Minute)
	require.Equal(t, []network.Addr{added}, w.nodes[here].Peers(), "it is back, and it was added once")
}
