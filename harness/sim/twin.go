package sim

import (
	"fmt"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// Twin has the node at share the identity of another: see the package. Before the first Run only.
func (n *Net) Twin(of, at network.Addr) {
	first, second := n.byAddr[of], n.byAddr[at]
	if n.started || first == nil || second == nil || first == second || first.twin != nil || second.twin != nil {
		panic(fmt.Sprintf("sim: %s and %s cannot be made twins", of, at))
	}
	first.twin, second.twin, second.second = second, first, true
}

// identity is the address by which others know the node.
func (nd *node) identity() network.Addr {
	if nd.second {
		return nd.twin.addr
	}
	return nd.addr
}

// oneOf is whom the node reaches when it dials the peer: of two twins always the same one.
func (nd *node) oneOf(peer *node) *node {
	if peer.twin == nil || peer.second || splitmix.Key(purposeTwin, nd.key, peer.key)&1 == 0 {
		return peer
	}
	return peer.twin
}
