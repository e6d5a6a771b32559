package p2p

import "strata/p2p"

// maintain is one round of maintenance (P2P-8): it keeps the number of peers within its bounds, by try, ask
// and shed. The next round is Interval from now, whatever this one does.
func (l *layer) maintain() {
	//strata:begin p2p.4
	l.round = l.host.After(l.cfg.Interval, l.maintain)
	switch n := len(l.peers); {
	case n == 0:
		l.try(l.cfg.Bootstrap)
	case 2*n < l.cfg.MaxPeers:
		l.ask()
	case n > l.cfg.MaxPeers:
		l.shed(n - l.cfg.MaxPeers)
	}
	//strata:end
}

// ask sends every peer the request p2p.KindGetPeers and tries the addresses that come back, MaxListed
// of one answer at most (p2p.SplitPeers).
func (l *layer) ask() {
	//strata:begin p2p.4
	for _, p := range l.sorted {
		if p.conn == nil { // lost while others were asked
			continue
		}
		l.msg.Request(p.conn.id, p2p.KindGetPeers, nil, func(list []byte, err error) {
			if err == nil {
				l.try(p2p.SplitPeers(list, l.cfg.MaxListed))
			}
		})
	}
	//strata:end
}

// shed disconnects n peers, drawn from host.Rand(). Closing one removes it from the table at once.
func (l *layer) shed(n int) {
	//strata:begin p2p.4
	peers := l.sorted
	for _, i := range l.host.Rand().Perm(len(peers))[:n] {
		if c := peers[i].conn; c != nil {
			l.net.Close(c.id)
		}
	}
	//strata:end
}
