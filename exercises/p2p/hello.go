// This file is yours to edit. docs/3-p2p.md is the chapter; `make reset LAYER=p2p` gives a fresh copy.

package p2p

import "strata/network"

// greet says hello on a connection that we dialled: the request p2p.KindHello with our own address,
// before anything else is sent (P2P-1). What comes back goes to answered.
func (l *layer) greet(c *conn) {
	panic(network.NotWritten("p2p.1")) // 3 lines in our solution
}

// answered ends a dial with what came of its hello (p2p.DecodeAnswer). An accepted connection becomes its
// peer's (P2P-3) and has no deadline from then on, unless that would be a peer too many (full). Any other
// connection is closed: rejected, not answered, or answered with something malformed; these count as
// failures of the address, see failed. The addresses that a rejection brings are tried (P2P-4).
func (l *layer) answered(c *conn, reply []byte, err error) {
	delete(l.dialling, c.addr)
	panic(network.NotWritten("p2p.1")) // 16 lines in our solution
}

// hello handles the hello of whoever dialled us: the address that it wants to be known by (p2p.ParseAddr).
// A malformed hello closes the connection. So does one on a connection whose far end is known already: a
// second hello, or one from a node that we dialled (P2P-14).
//
// The answer accepts, unless the address is our own (P2P-5) or there is no room (full, P2P-7); either way
// it brings the peer list (P2P-2). An accepted connection becomes its peer's, but nothing may overtake
// the acceptance, which is on its way only when this callback is over (P2P-3). Meanwhile it counts as a
// peer, and it may be lost. A rejected connection keeps its deadline, in case its dialler forgets to close.
func (l *layer) hello(from network.ConnID, payload []byte) (reply []byte, ok bool) {
	panic(network.NotWritten("p2p.1")) // 19 lines in our solution
}

// full says whether there are twice MaxPeers already (P2P-7). Those that are about to be listed
// count.
func (l *layer) full() bool {
	panic(network.NotWritten("p2p.1")) // 1 line in our solution
}

// others is the peer list for an asker: the peers in ascending order, without the asker (P2P-2).
func (l *layer) others(asker network.Addr) []network.Addr {
	others := make([]network.Addr, 0, len(l.sorted))
	for _, p := range l.sorted {
		if p.addr != asker {
			others = append(others, p.addr)
		}
	}
	return others
}
