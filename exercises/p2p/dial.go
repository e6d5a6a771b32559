// This file is yours to edit. docs/3-p2p.md is the chapter; `make reset LAYER=p2p` gives a fresh copy.

package p2p

import (
	"time"

	"strata/network"
)

// failure counts the dials of an address that came to nothing, and says when the last one did.
type failure struct {
	count int
	at    time.Time
}

// try dials those of the addresses that may be dialled. The order is random: if everybody went by
// the list, the first addresses would get all the connections.
func (l *layer) try(addrs []network.Addr) {
	if l.stopped {
		return
	}
	for _, i := range l.host.Rand().Perm(len(addrs)) {
		if l.mayDial(addrs[i]) {
			l.dial(addrs[i])
		}
	}
}

// mayDial says whether the address may be dialled now: not if it is our own, a peer's or being
// dialled (P2P-5); not if MaxDials are under way (P2P-13), or MaxPeers with the peers (P2P-7).
//
// An address that failed once waits for BackoffMin from then on; after each further failure twice
// as long as before, but never longer than BackoffMax (P2P-13).
func (l *layer) mayDial(a network.Addr) bool {
	if a == l.cfg.Self || l.peers[a] != nil || l.dialling[a] {
		return false
	}
	if len(l.dialling) >= l.cfg.MaxDials || len(l.peers)+l.pending+len(l.dialling) >= l.cfg.MaxPeers {
		return false
	}
	if l.failures[a].count == 0 {
		return true
	}
	panic(network.NotWritten("p2p.4")) // 6 lines in our solution
}

// dial opens a connection to the address and says hello on it. The dial is under way until that is
// answered.
func (l *layer) dial(to network.Addr) {
	l.dialling[to] = true
	l.net.Dial(to, func(id network.ConnID, err error) {
		if err != nil {
			delete(l.dialling, to)
			l.failed(to)
			return
		}
		l.greet(l.open(id, to, true))
	})
}

// failed notes that a dial of the address came to nothing. The table is bounded, for strangers can
// name addresses without end.
func (l *layer) failed(a network.Addr) {
	f := l.failures[a]
	if f.count == 0 && len(l.failures) >= l.cfg.MaxListed {
		delete(l.failures, l.oldestFailure())
	}
	l.failures[a] = failure{count: f.count + 1, at: l.host.Now()}
}

// oldestFailure is the address whose last failure is the longest ago; of equals the smallest, so
// that the map's order does not show.
func (l *layer) oldestFailure() network.Addr {
	var oldest network.Addr
	for a, f := range l.failures {
		if age := f.at.Compare(l.failures[oldest].at); oldest == "" || age < 0 || age == 0 && a < oldest {
			oldest = a
		}
	}
	return oldest
}
