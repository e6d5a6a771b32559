package node_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/node"
	"strata/p2p"
	"strata/scenario"
)

// wideVariable is set by `make soak`: all sizes of networks then, over more seeds.
const wideVariable = "STRATA_SOAK"

// crowds runs a test for networks of n nodes with so many places each, over seeds. `make test` takes the small ones, where
// a mistake shows soonest.
func crowds(t *testing.T, test func(t *testing.T, seed uint64, nodes, places int)) {
	for _, nodes := range []int{2, 4, 8, 16, 50, 200} {
		for _, places := range []int{2, 3, 4, 5, 8, 40} {
			seeds := seedsOf(nodes, places)
			if seeds == 0 {
				continue
			}
			t.Run(fmt.Sprintf("%d-nodes-%d-places", nodes, places), func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(seeds) {
					test(t, seed, nodes, places)
				}
			})
		}
	}
}

// seedsOf is how many seeds there are of a size. Many nodes with many places cost most.
func seedsOf(nodes, places int) int {
	seeds := map[int]int{2: 10, 4: 5, 8: 5, 16: 5, 50: 1}[nodes]
	wide := os.Getenv(wideVariable) != ""
	if wide {
		seeds = max(3, 10*seeds)
	}
	if places == 40 {
		seeds /= 5
	}
	if wide {
		seeds = max(1, seeds)
	}
	return seeds
}

// TestEverybodyFindsPeers: guarded nodes that all begin at the same moment and know one of them find peers
// within a minute, whatever the number of nodes and of places, and within ten are one network. None ever has
// more peers than it may have.
func TestEverybodyFindsPeers(t *testing.T) {
	crowds(t, func(t *testing.T, seed uint64, nodes, places int) {
		w := newCrowd(t, seed, nodes, places)
		w.watch(0, 90*time.Second)
		w.joins(90 * time.Second)
	})
}

// Names that bootstrap nodes have together.
const (
	seedName  network.Addr = "seed.example:4000"
	otherName network.Addr = "other.example:4000"
)

// seeded is a host for which these names mean one of some addresses, another each time that one is dialled.
type seeded struct {
	network.Host
	means []network.Addr
}

func (h seeded) Dial(to network.Addr, done func(network.Stream, error)) {
	if to == seedName || to == otherName {
		to = h.means[h.Rand().IntN(len(h.means))]
	}
	h.Host.Dial(to, done)
}

// TestEverybodyFindsPeersByAName: nodes that all know one name, of one node or of three, are one network as well, although
// these know it too, and it leads them to themselves.
func TestEverybodyFindsPeersByAName(t *testing.T) {
	for _, nodes := range []int{4, 16, 50} {
		for _, places := range []int{3, 4, 8} {
			for _, seeds := range []int{1, 3} {
				t.Run(fmt.Sprintf("%d-nodes-%d-places-%d-addresses", nodes, places, seeds), func(t *testing.T) {
					t.Parallel()
					w := emptyCrowd(t, 1, places)
					w.on = func(h network.Host) network.Host {
						return seeded{h, []network.Addr{public(0), public(1), public(2)}[:seeds]}
					}
					for i := range nodes {
						w.guarded(public(i), node.Config{P2P: p2p.Config{MaxPeers: places, Bootstrap: []network.Addr{seedName}}})
					}
					w.watch(0, 90*time.Second)
					w.joins(90 * time.Second)
				})
			}
		}
	}
}

// TestEverybodyFindsPeersByTwoNames: nodes that all know one of them, by one name, by another or by both, are one network
// as well.
func TestEverybodyFindsPeersByTwoNames(t *testing.T) {
	known := [][]network.Addr{{seedName}, {otherName}, {seedName, otherName}}
	for _, nodes := range []int{4, 16, 50} {
		for _, places := range []int{2, 3, 4, 8} {
			t.Run(fmt.Sprintf("%d-nodes-%d-places", nodes, places), func(t *testing.T) {
				t.Parallel()
				w := emptyCrowd(t, 1, places)
				w.on = func(h network.Host) network.Host { return seeded{h, []network.Addr{public(0)}} }
				for i := range nodes {
					w.guarded(public(i), node.Config{P2P: p2p.Config{MaxPeers: places, Bootstrap: known[i%len(known)]}})
				}
				w.watch(0, 90*time.Second)
				w.joins(90 * time.Second)
			})
		}
	}
}

// TestIslandsJoinAgain: a network is cut in two halves for so long that each closes, with all the peers
// that its nodes want. Ten minutes after the cut has healed they are one network again.
func TestIslandsJoinAgain(t *testing.T) {
	crowds(t, func(t *testing.T, seed uint64, nodes, places int) {
		const apart, joined = 60 * time.Second, 3 * time.Minute
		w := newCrowd(t, seed, nodes, places)
		var halves [2][]network.Addr
		for i := range nodes {
			halves[i%2] = append(halves[i%2], public(i))
		}
		w.sim.Inject(scenario.Fault{Kind: scenario.Partition, At: apart, For: joined - apart, A: halves[0], B: halves[1]})
		w.sim.Run(joined)
		require.Greater(t, w.parts(), 1)
		w.joins(joined)
	})
}

// TestNobodyIsAloneUnderChurn: for five minutes nodes crash and come back, each with its disk. Nobody is
// without a peer for longer than a minute, and ten minutes later all are one network.
func TestNobodyIsAloneUnderChurn(t *testing.T) {
	crowds(t, func(t *testing.T, seed uint64, nodes, places int) {
		const begins, ends = 60 * time.Second, 6 * time.Minute
		w := newCrowd(t, seed, nodes, places)
		random := rand.New(rand.NewPCG(seed, 1))
		for i := range nodes {
			for at := begins + gap(random); at < ends; at += gap(random) {
				w.sim.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: 10 * time.Second, A: []network.Addr{public(i)}})
			}
		}
		w.watch(0, ends)
		w.joins(ends)
	})
}

// joins wants all to be one network within ten minutes from a time on, and nobody to be without a peer for long until then.
func (w *crowd) joins(from time.Duration) {
	w.t.Helper()
	for at := from; at < from+10*time.Minute && w.parts() > 1; at += 10 * time.Second {
		w.watch(at, at+10*time.Second)
	}
	require.Equal(w.t, 1, w.parts(), "seed %d", w.seed)
}

// gap is the time from one crash of a node to the next.
func gap(random *rand.Rand) time.Duration {
	return 11*time.Second + time.Duration(random.Int64N(int64(2*time.Minute)))
}

// TestANetworkAtRestStaysSo: once all are one network, nobody gives up a peer to look for others, although
// the bootstrap node is gone.
func TestANetworkAtRestStaysSo(t *testing.T) {
	w := newCrowd(t, 1, 16, 4)
	lost := 0
	w.sim.At(2*time.Minute, public(0), func() { w.nodes[public(0)].Stop() })
	for i := 1; i < 16; i++ {
		w.sim.At(3*time.Minute, public(i), func() {
			w.nodes[public(i)].OnPeer(func(_ network.Addr, arrived bool) {
				if !arrived {
					lost++
				}
			})
		})
	}
	w.sim.Run(time.Hour)
	require.Zero(t, lost)
}

// crowd is guarded nodes that know the first of them, and how long each has been without a peer.
type crowd struct {
	*town
	seed   uint64
	places int
	alone  map[network.Addr]int // seconds
}

func newCrowd(t *testing.T, seed uint64, nodes, places int) *crowd {
	w := emptyCrowd(t, seed, places)
	for i := range nodes {
		cfg := node.Config{P2P: p2p.Config{MaxPeers: places}}
		if i > 0 {
			cfg.P2P.Bootstrap = []network.Addr{public(0)}
		}
		w.guarded(public(i), cfg)
	}
	return w
}

// emptyCrowd is one without nodes.
func emptyCrowd(t *testing.T, seed uint64, places int) *crowd {
	w := &crowd{town: newTown(t), seed: seed, places: places, alone: map[network.Addr]int{}}
	var err error
	w.sim, err = sim.New(sim.Config{Seed: seed})
	require.NoError(t, err)
	return w
}

// watch runs the crowd from one time to another, and looks at everybody once a second.
func (w *crowd) watch(from, until time.Duration) {
	for at := from + time.Second; at <= until; at += time.Second {
		w.sim.Run(at)
		for addr, n := range w.nodes {
			peers := len(n.Peers())
			require.LessOrEqual(w.t, peers, max(3, w.places), "%s at %v", addr, at)
			w.alone[addr]++
			if peers > 0 {
				w.alone[addr] = 0
			}
			require.LessOrEqual(w.t, w.alone[addr], 60, "%s at %v: seconds without a peer, seed %d", addr, at, w.seed)
		}
	}
}

// parts counts the parts of the network that no connection joins. Of one that has broken an end may not know yet: those
// are joined that list each other, one of them perhaps by a name of the seed.
func (w *town) parts() int {
	lists := map[network.Addr]map[network.Addr]bool{}
	for addr, n := range w.nodes {
		lists[addr] = map[network.Addr]bool{}
		for _, peer := range n.Peers() {
			lists[addr][peer] = true
		}
	}
	joined := func(a, b network.Addr) bool {
		named := func(by network.Addr) bool { return lists[by][seedName] || lists[by][otherName] }
		return lists[a][b] && (lists[b][a] || named(b)) || lists[b][a] && named(a)
	}
	seen := map[network.Addr]bool{}
	count := 0
	for first := range w.nodes {
		if seen[first] {
			continue
		}
		count++
		seen[first] = true
		for next := []network.Addr{first}; len(next) > 0; next = next[1:] {
			for peer := range w.nodes {
				if !seen[peer] && joined(next[0], peer) {
					seen[peer] = true
					next = append(next, peer)
				}
			}
		}
	}
	return count
}
