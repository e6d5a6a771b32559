package p2p

import (
	"strata/network"
	"strata/p2p"
)

func (l *layer) maintain() {
	l.round = l.host.After(l.cfg.Interval, l.maintain)
	peers := len(l.peers)
	switch {
	case peers == 0:
		l.try(l.cfg.Bootstrap)
	case 2*peers < l.cfg.MaxPeers:
		l.ask()
	case peers > l.cfg.MaxPeers:
		l.shed(peers - l.cfg.MaxPeers)
	}
}

func (l *layer) ask() {
	for _, p := range l.sorted {
		if p.conn == nil {
			continue
		}
		l.msg.Request(p.conn.id, p2p.KindGetPeers, nil, func(reply []byte, err error) {
			if err == nil {
				l.try(p2p.SplitPeers(reply, l.cfg.MaxListed))
			}
		})
	}
}

func (l *layer) shed(n int) {
	var chosen []*peer
	for _, i := range l.host.Rand().Perm(len(l.sorted))[:n] {
		chosen = append(chosen, l.sorted[i])
	}
	for _, p := range chosen {
		if p.conn != nil {
			l.net.Close(p.conn.id)
		}
	}
}

func (l *layer) mayDial(a network.Addr) bool {
	if a == l.cfg.Self || l.peers[a] != nil || l.dialling[a] {
		return false
	}
	if len(l.dialling) >= l.cfg.MaxDials || len(l.peers)+l.pending+len(l.dialling) >= l.cfg.MaxPeers {
		return false
	}
	k := l.failures[a].count
	if k == 0 {
		return true
	}
	wait := l.cfg.BackoffMin
	for i := 1; i < k; i++ {
		wait = min(2*wait, l.cfg.BackoffMax)
	}
	return l.host.Now().Sub(l.failures[a].at) >= wait
}

func (l *layer) Stop() {
	if l.stopped {
		return
	}
	l.stopped = true
	l.host.Cancel(l.round)
	l.msg.Stop()
}
