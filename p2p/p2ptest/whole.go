package p2ptest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/network"
	"strata/p2p"
	"strata/scenario"
)

// enough is MaxPeers in a mesh.
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
	w.Always("P2P-7", func() error {
		for _, n := range nodes {
			if len(n.listed) > 2*enough {
				return fmt.Errorf("expected at most %d peers at %s, got %d", 2*enough, n.addr, len(n.listed))
			}
		}
		return nil
	})
	looked, found := time.Duration(-1), errors.New("expected a mesh, got none that was looked at")
	w.By(until, "P2P-8", func() error {
		if now := w.Now(); now >= from && now >= looked+second/5 { // it takes a while to look
			looked, found = now, agree(w, nodes)
		}
		return found
	})
	return nodes
}

// healing declares what the faults of a mesh are to lead to.
func (s suite) healing(w scenario.World, nodes []*node) {
	alone := w.Sometimes("a node lost its last peer")
	again := w.Sometimes("a node lost a peer and listed it again")
	crowd := w.Sometimes("a node had more than M peers")
	for _, n := range nodes {
		gone := make(map[network.Addr]bool)
		n.onLost = func(peer network.Addr) {
			gone[peer] = true
			alone(len(n.listed) == 0)
		}
		n.onArrived = func(peer network.Addr) {
			again(gone[peer])
			crowd(len(n.listed) > enough)
		}
	}
}

// agree returns nil if the nodes that are up have enough peers and at most M, list each other mutually,
// and have one connection with each peer.
func agree(w scenario.World, nodes []*node) error {
	var up []*node
	for _, n := range nodes {
		if w.Usage(n.addr).Listeners > 0 {
			up = append(up, n)
		}
	}
	for _, n := range up {
		peers := n.p2p.Peers()
		if len(peers) > enough || len(peers) < enough/2 && !island(n, up) {
			return fmt.Errorf("expected %d to %d peers at %s, got %s", enough/2, enough, n.addr, join(peers))
		}
		for _, other := range up {
			mine, theirs := slices.Contains(peers, other.addr), slices.Contains(other.p2p.Peers(), n.addr)
			if mine != theirs {
				return fmt.Errorf("expected %s and %s to list each other or not, got %v and %v", n.addr, other.addr, mine, theirs)
			}
		}
		if got := len(n.net.incoming); got != len(peers) {
			return fmt.Errorf("expected one connection for each of %d peers at %s, got %d", len(peers), n.addr, got)
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
