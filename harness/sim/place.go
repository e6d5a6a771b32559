package sim

import (
	"time"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// Place says what the links of a network are like. Its methods are pure functions, called on several
// goroutines at once.
type Place interface {
	// Latency is that of the link between two nodes, one way and the same both ways. The nodes go by their
	// numbers, in the order in which they were added, the smaller first; an address where no node is counts
	// as the node that dials it. The key is random, and the link's own. What is less than Config.MinLatency
	// is raised to it, and what is more than MaxPlaceLatency lowered.
	Latency(a, b int, key uint64) time.Duration

	// Jitter is how much longer than its link's latency something that is sent takes: number is random, and its own.
	Jitter(number uint64) time.Duration
}

// MaxPlaceLatency is the most that a link of a Place takes.
const MaxPlaceLatency = 1000 * time.Second

// coarse is by how many bits a stream's latency is shortened under a Place, to fit: latencies are multiples
// of 256 ns.
const coarse = 8

// linkLatency is the base latency of the link between the node and a peer, the same both ways; peer is the other's
// number, or the node's own for an address where nobody is.
func (nd *node) linkLatency(peer int32, key uint64) int64 {
	n := nd.net
	if n.cfg.Place == nil {
		return n.latency(nd.key, key)
	}
	latency, clamped := nd.placed(peer, key)
	if clamped {
		nd.worker.stats.clamped++
	}
	return latency
}

// placed is linkLatency under a Place, and whether it was raised or lowered.
func (nd *node) placed(peer int32, key uint64) (latency int64, clamped bool) {
	cfg := nd.net.cfg
	link := splitmix.Key(purposeLatency, min(nd.key, key), max(nd.key, key))
	d := cfg.Place.Latency(int(min(nd.index, peer)), int(max(nd.index, peer)), link)
	within := min(max(d, cfg.MinLatency), MaxPlaceLatency)
	// Rounded up, so that no link is faster than the windows are long.
	return (int64(within) + 1<<coarse - 1) >> coarse << coarse, within != d
}

// Latency is that of the link between two nodes of a network with a Place: one way, without jitter and faults.
func (n *Net) Latency(a, b network.Addr) time.Duration {
	peer := n.byAddr[b]
	latency, _ := n.byAddr[a].placed(peer.index, peer.key)
	return time.Duration(latency)
}

// numberOf is a peer's number, if there is a node with that key at the index; else the node's own.
func (nd *node) numberOf(index int32, key uint64) int32 {
	if nodes := nd.net.nodes; int(index) < len(nodes) && nodes[index].key == key {
		return index
	}
	return nd.index
}

// shorten makes a latency fit a stream.
func (n *Net) shorten(latency int64) uint32 {
	if n.cfg.Place != nil {
		return uint32(latency >> coarse)
	}
	return uint32(latency)
}

// latency is the stream's: of its link, one way.
func (s *stream) latency() int64 {
	if s.nd.net.cfg.Place != nil {
		return int64(s.base) << coarse
	}
	return int64(s.base)
}

// jitterOf is how much longer something takes for which the number was drawn.
func (n *Net) jitterOf(number uint64) int64 {
	if n.cfg.Place != nil {
		return min(max(0, int64(n.cfg.Place.Jitter(number))), int64(maxDelay))
	}
	if most := uint64(n.cfg.Jitter); most > 0 {
		return int64(below(number, most+1))
	}
	return 0
}
