package node

import "strata/network"

// ForgetPeers takes away the node's memory of those that it has chosen.
func (n *Node) ForgetPeers() { n.guard.Remembers(func() []network.Addr { return nil }) }
