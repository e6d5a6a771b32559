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

	// ErrIsPeer reports an address that is a peer's already.
	ErrIsPeer = errors.New("it is a peer already")

	// ErrNoGuard reports a node that has no guard, which is what can add and drop peers.
	ErrNoGuard = errors.New("a node without a guard takes its peers from its settings alone")
)

// withPlace is the list of bootstrap nodes as p2p gets it, in which the last place is for a peer that is added while the
// node has none, and asks nobody but them. In a list of none the node's own address stands there until then,
// which no p2p dials (P2P-5).
func (n *Node) withPlace(bootstrap []network.Addr) []network.Addr {
	list := slices.Clone(bootstrap)
	if len(list) == 0 {
		list = append(list, n.cfg.P2P.Self)
	}
	n.place = &list[len(list)-1]
	return list
}

// AddPeer has the node dial the address when it next looks for peers: within some seconds if it has none, and as long as
// it wants more than it has (P2P-8). A node that comes back remembers it once it was a peer. Errors: ErrSelf, ErrIsPeer,
// ErrNoGuard, network.ErrBadAddr.
func (n *Node) AddPeer(peer network.Addr) error {
	_, err := p2p.ParseAddr([]byte(peer))
	switch {
	case err != nil:
		return err
	case n.guard == nil:
		return ErrNoGuard
	case peer == n.cfg.P2P.Self:
		return ErrSelf
	case slices.Contains(n.Peers(), peer):
		return ErrIsPeer
	}
	n.guard.Add(peer)
	*n.place = peer
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
	if *n.place == peer {
		*n.place = n.cfg.P2P.Self
	}
	n.guard.Drop(peer)
	n.host.Log().Info("peer dropped by the operator", "peer", peer)
	return ok, nil
}
