package node_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/node"
	"strata/p2p"
)

// TestEverybodyFindsPeers: guarded nodes that all begin at the same moment and know one of them find peers
// within a minute, whatever the number of nodes and of places, and then are one network. None ever has
// more peers than it may have.
func TestEverybodyFindsPeers(t *testing.T) {
	for _, nodes := range []int{2, 4, 8, 16, 50, 200} {
		for _, places := range []int{2, 3, 4, 5, 8, 40} {
			if testing.Short() && nodes > 50 {
				continue
			}
			t.Run(fmt.Sprintf("%d-nodes-%d-places", nodes, places), func(t *testing.T) {
				t.Parallel()
				seeds := max(1, 50/nodes)
				for seed := range uint64(seeds) {
					w := newCrowd(t, seed, nodes, places)
					w.watch(90 * time.Second)
					require.Equal(t, 1, w.parts(), "seed %d: all are one network", seed)
				}
			})
		}
	}
}

// crowd is guarded nodes that know the first of them, and how long each has been without a peer.
type crowd struct {
	*town
	places int
	alone  map[network.Addr]int // seconds
}

func newCrowd(t *testing.T, seed uint64, nodes, places int) *crowd {
	w := &crowd{town: newTown(t), places: places, alone: map[network.Addr]int{}}
	var err error
	w.sim, err = sim.New(sim.Config{Seed: seed})
	require.NoError(t, err)
	for i := range nodes {
		cfg := node.Config{P2P: p2p.Config{MaxPeers: places}}
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0)}
		}
		w.guarded(public(i), cfg)
	}
	return w
}

// watch runs the crowd until then, and looks at everybody once a second.
func (w *crowd) watch(until time.Duration) {
	for at := time.Second; at <= until; at += time.Second {
		w.sim.Run(at)
		for addr, n := range w.nodes {
			peers := len(n.Peers())
			require.LessOrEqual(w.t, peers, max(3, w.places), "%s at %v", addr, at)
			w.alone[addr]++
			if peers > 0 {
				w.alone[addr] = 0
			}
			require.LessOrEqual(w.t, w.alone[addr], 60, "%s at %v: seconds without a peer", addr, at)
		}
	}
}

// parts counts the parts of the network that no connection joins.
func (w *town) parts() int {
	seen := map[network.Addr]bool{}
	count := 0
	for first := range w.nodes {
		if seen[first] {
			continue
		}
		count++
		seen[first] = true
		for next := []network.Addr{first}; len(next) > 0; next = next[1:] {
			for _, peer := range w.nodes[next[0]].Peers() {
				if !seen[peer] {
					seen[peer] = true
					next = append(next, peer)
				}
			}
		}
	}
	return count
}
