package guard

import (
	"errors"
	"maps"
	"slices"

	"strata/network"
)

// ErrDropped reports an address that the operator has dropped. Add it to dial it again.
var ErrDropped = errors.New("dropped by the operator")

// Bounds of what an operator says while the node runs.
const (
	maxAdded   = 64
	maxDropped = 256
)

// operator is what the operator has said of peers while the node runs. It lives as long as the process.
type operator struct {
	added   []network.Addr // the newest last
	dropped map[network.Addr]bool
}

// Add has p2p dial the address as long as it wants more peers: it is put before each list of peers that a peer
// answers. One that was dropped may come back.
func (g *Guard) Add(peer network.Addr) {
	delete(g.operator.dropped, peer)
	g.operator.added = slices.DeleteFunc(g.operator.added, func(a network.Addr) bool { return a == peer })
	if len(g.operator.added) == maxAdded {
		g.operator.added = slices.Delete(g.operator.added, 0, 1)
	}
	g.operator.added = append(g.operator.added, peer)
}

// IsAdded says whether an address was added and not dropped, among the last 64.
func (g *Guard) IsAdded(peer network.Addr) bool { return slices.Contains(g.operator.added, peer) }

// Drop closes every connection to the address, and of whom it says to be its own; neither is dialled or let in by
// that name until Add. Over 256 dropped addresses, some earlier one may come back.
func (g *Guard) Drop(peer network.Addr) {
	g.operator.added = slices.DeleteFunc(g.operator.added, func(a network.Addr) bool { return a == peer })
	if g.operator.dropped == nil {
		g.operator.dropped = map[network.Addr]bool{}
	}
	if len(g.operator.dropped) == maxDropped {
		delete(g.operator.dropped, slices.Min(slices.Collect(maps.Keys(g.operator.dropped))))
	}
	g.operator.dropped[peer] = true
	for _, c := range slices.Clone(g.conns) {
		if c.dialled == peer || c.name == peer {
			c.end(ErrDropped)
		}
	}
}
