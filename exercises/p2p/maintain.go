// This file is yours to edit. docs/3-p2p.md is the chapter; `make reset LAYER=p2p` gives a fresh copy.

package p2p

import "strata/network"

// maintain is one round of maintenance (P2P-8): it keeps the number of peers within its bounds, by try, ask
// and shed. The next round is Interval from now, whatever this one does.
func (l *layer) maintain() {
	panic(network.NotWritten("p2p.4")) // 9 lines in our solution
}

// ask sends every peer the request p2p.KindGetPeers and tries the addresses that come back, MaxListed
// of one answer at most (p2p.SplitPeers).
func (l *layer) ask() {
	panic(network.NotWritten("p2p.4")) // 10 lines in our solution
}

// shed disconnects n peers, drawn from host.Rand(). Closing one removes it from the table at once.
func (l *layer) shed(n int) {
	panic(network.NotWritten("p2p.4")) // 6 lines in our solution
}
