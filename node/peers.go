package node

import (
	"errors"
	"slices"

	"strata/network"
	"strata/p2p"
)

var (
	// ErrSelf reports the node's own address where that of another is wanted.
	ErrSelf = errors.New("it is this node's own address")

	// ErrIsPeer reports an address that is a peer's already, or another name of one.
	ErrIsPeer = errors.New("it is a peer already")

	// ErrIsAdded reports an address that was added already, and where nobody was reached yet. The log says why not.
	ErrIsAdded = errors.New("it was added already, and the node dials it as long as it wants peers")

	// ErrNoGuard reports a node that has no guard, which is what can add and drop peers.
	ErrNoGuard = errors.New("a node without a guard takes its peers from its settings alone")
)

// addedPlaces is how many peers that are added a lonely node dials: it asks nobody but bootstrap nodes.
const addedPlaces = 8

// withPlaces is the list of bootstrap nodes as p2p gets it. Its last places are for peers that are added while the node
// runs. Until then the node's own address stands there, which no p2p dials (P2P-5).
func (n *Node) withPlaces(bootstrap []network.Addr) []network.Addr {
	list := slices.Concat(bootstrap, slices.Repeat([]network.Addr{n.cfg.P2P.Self}, addedPlaces))
	n.places = list[len(bootstrap):]
	return list
}

// place puts a peer that was added where p2p looks for bootstrap nodes, for the one that was added first of all there.
func (n *Node) place(peer network.Addr) {
	copy(n.places, n.places[1:])
	n.places[len(n.places)-1] = peer
}

// displace takes it away.
func (n *Node) displace(peer network.Addr) {
	if at := slices.Index(n.places, peer); at >= 0 {
		n.places[at] = n.cfg.P2P.Self
	}
}

// AddPeer has the node dial the address when it next looks for peers: within some seconds if it has none, and as long as
// it wants more than it has (P2P-8). Of many added peers a node without any dials the last eight. A node that comes back
// remembers one once it was a peer. Errors: ErrSelf, ErrIsPeer, ErrIsAdded, ErrNoGuard, network.ErrBadAddr.
func (n *Node) AddPeer(peer network.Addr) error {
	_, err := p2p.ParseAddr([]byte(peer))
	switch {
	case err != nil:
		return err
	case n.guard == nil:
		return ErrNoGuard
	case peer == n.cfg.P2P.Self:
		return ErrSelf
	case slices.Contains(n.Peers(), peer), n.guard.IsAlias(peer):
		return ErrIsPeer
	case n.guard.IsAdded(peer):
		return ErrIsAdded
	}
	n.guard.Add(peer)
	n.place(peer)
	n.host.Log().Info("peer added by the operator", "peer", peer)
	return nil
}

// DropPeer closes the connections of a peer, and keeps it away until AddPeer or a restart. ok is false if the address is
// not a peer's; it is kept away all the same. Errors: ErrNoGuard, network.ErrBadAddr.
func (n *Node) DropPeer(peer network.Addr) (ok bool, err error) {
	if _, err := p2p.ParseAddr([]byte(peer)); err != nil {
		return false, err
	}
	if n.guard == nil {
		return false, ErrNoGuard
	}
	ok = slices.Contains(n.Peers(), peer)
	n.displace(peer)
	n.guard.Drop(peer)
	n.host.Log().Info("peer dropped by the operator", "peer", peer)
	return ok, nil
}
