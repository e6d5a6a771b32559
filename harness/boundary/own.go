package boundary

import (
	"strata/chain"
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// A node's layers stand on each other. One that goes back to the side that has it goes as a negative number: that side calls
// it without the boundary.

// far is where an object of the other side is.
type far struct {
	link *Link
	ref  int
}

func (f far) at() far { return f }

// Allocated is how many bytes the side of the object has allocated so far; 0 if nobody knows.
func (f far) Allocated() uint64 {
	if f.link.room == nil || f.link.failed != nil {
		return 0
	}
	return f.link.room.Allocated()
}

// layer is the number of a layer that is handed over. o serves the calls if it is one of this side.
func (l *Link) layer(below any, o object) int {
	if theirs, is := below.(interface{ at() far }); is && l.owns && theirs.at().link == l {
		return -theirs.at().ref
	}
	return l.export(o)
}

// layer is what an argument names: an object of this side, or the zero value and where it is on the other one.
func layer[O object](a arguments, n int) (own O, there far) {
	var ref int
	if a.read(n, &ref); ref >= 0 {
		return own, far{a.link, ref}
	}
	is := false
	if at := -1 - ref; at < len(a.link.objects) {
		own, is = a.link.objects[at].(O)
	}
	if !is {
		a.wrong(n, "want the number of a layer")
	}
	return own, there
}

func (a arguments) network(n int) network.Network {
	own, there := layer[networkBelow](a, n)
	if there.link != nil {
		return theirNetwork{there}
	}
	return own.Network
}

func (a arguments) messaging(n int) messaging.Messaging {
	own, there := layer[messagingBelow](a, n)
	if there.link != nil {
		return theirMessaging{there}
	}
	return own.Messaging
}

func (a arguments) p2p(n int) p2p.P2P {
	own, there := layer[p2pBelow](a, n)
	if there.link != nil {
		return theirP2P{there}
	}
	return own.P2P
}

func (a arguments) gossip(n int) gossip.Gossip {
	own, there := layer[gossipBelow](a, n)
	if there.link != nil {
		return theirGossip{there}
	}
	return own.Gossip
}

// pool is what a block is built from.
func (a arguments) pool(n int) chain.Pool {
	own, there := layer[mempoolBelow](a, n)
	if there.link != nil {
		return farPool(there)
	}
	return own.Mempool
}
