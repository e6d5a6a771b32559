package p2ptest

import (
	"fmt"
	"slices"
	"time"

	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// enough is MaxPeers in a mesh. With it a node may have 2 to 4 peers when all is quiet, and up to 8 before the
// next round.
const enough = 4

// mesh builds nodes that bootstrap from the first one, the first one from the last. Between the two
// times the tables must agree once, and there must be enough peers and not too many.
func (s suite) mesh(w scenario.World, count int, from, until time.Duration) []*node {
	var nodes []*node
	for i := range count {
		first := w.Addr(0)
		if i == 0 {
			first = w.Addr(count - 1)
		}
		nodes = append(nodes, s.node(w, i, setup{p2p: p2p.Config{
			Bootstrap: []network.Addr{first}, MaxPeers: enough, Interval: second / 2, BackoffMax: 4 * second}}))
	}
	// Whatever the faults do, no table grows beyond 2M.
	w.Always(p2p7Most, func() error {
		for _, node := range nodes {
			if len(node.listed) > 2*enough {
				return fmt.Errorf("expected at most %d peers at %s, got %d", 2*enough, node.addr, len(node.listed))
			}
		}
		return nil
	})
	// Looking takes a while for a mesh, and tables change all the time: five looks a second do.
	w.By(until, p2p8Settles, scenario.Seldom(w, from, second/5, func() error { return agree(w, nodes) }))
	return nodes
}

// healing declares what the faults of a mesh are to lead to: a mesh in which nobody ever lost its last peer has
// nothing to heal from.
func (s suite) healing(w scenario.World, nodes []*node) {
	alone := w.Sometimes("a node lost its last peer")
	again := w.Sometimes("a node lost a peer and listed it again")
	crowd := w.Sometimes("a node had more than M peers")
	for _, node := range nodes {
		gone := make(map[network.Addr]bool)
		node.onLost = func(peer network.Addr) {
			gone[peer] = true
			alone(len(node.listed) == 0)
		}
		node.onArrived = func(peer network.Addr) {
			again(gone[peer])
			crowd(len(node.listed) > enough)
		}
	}
}

// agree returns nil if the nodes that are up have enough peers and at most M, list each other mutually,
// and have one connection with each peer.
func agree(w scenario.World, nodes []*node) error {
	var up []*node
	for _, node := range nodes {
		if w.Usage(node.addr).Listeners > 0 {
			up = append(up, node)
		}
	}
	for _, node := range up {
		peers := node.p2p.Peers()
		if len(peers) > enough || len(peers) < enough/2 && !island(node, up) {
			return fmt.Errorf("expected %d to %d peers at %s, got %s", enough/2, enough, node.addr, join(peers))
		}
		for _, other := range up {
			mine, theirs := slices.Contains(peers, other.addr), slices.Contains(other.p2p.Peers(), node.addr)
			if mine != theirs {
				return fmt.Errorf("expected %s and %s to list each other or not, got %v and %v",
					node.addr, other.addr, mine, theirs)
			}
		}
		if got := len(node.net.open); got != len(peers) { // P2P-6 has given it 5 s for that
			return fmt.Errorf("expected one connection for each of %d peers at %s, got %d", len(peers), node.addr, got)
		}
	}
	return nil
}

// island says whether the node has peers and they know nobody whom it does not: asking them is in
// vain, and P2P-8 knows no other way out.
func island(n *node, up []*node) bool {
	peers := n.p2p.Peers()
	for _, other := range up {
		if !slices.Contains(peers, other.addr) {
			continue
		}
		for _, a := range other.p2p.Peers() {
			if a != n.addr && !slices.Contains(peers, a) {
				return false
			}
		}
	}
	return len(peers) > 0
}
