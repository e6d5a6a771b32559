// This file is yours to edit. docs/3-p2p.md is the chapter; `make reset LAYER=p2p` gives a fresh copy.

package p2p

import "strata/network"

// greet says hello on a connection that we dialled: the request p2p.KindHello with our own address,
// before anything else is sent (P2P-1). What comes back goes to answered.
func (l *layer) greet(c *conn) {
	panic(network.NotWritten("p2p.1")) // 3 lines in our solution
}

// answered ends a dial with what came of its hello. Accepted: add the connection (P2P-3), whose
// deadline is off; but close it if there is no room left for a peer that is not listed yet (full).
// Rejected: close it, and try the addresses of the answer (P2P-4). No answer, or a malformed one
// (p2p.DecodeAnswer): close it. Rejection and error count as a failure of the address: see failed.
func (l *layer) answered(c *conn, reply []byte, err error) {
	delete(l.dialling, c.addr)
	panic(network.NotWritten("p2p.1")) // 16 lines in our solution
}

// hello handles the hello of whoever dialled us: the address that it wants to be known by. A
// malformed one (p2p.ParseAddr), and any on a connection that has an address already, close the
// connection: the second hello, or one from a node that we dialled ourselves (P2P-14).
//
// Accept it unless it is our own address (P2P-5) or there is no room (full, P2P-7). An accepted
// connection loses its deadline and is added by host.After(0, ...), if it still is in conns: only
// then is the answer on its way, so that nothing overtakes it (P2P-3). Until then it counts as
// pending. A rejected one keeps the deadline, in case its dialler forgets to close.
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
