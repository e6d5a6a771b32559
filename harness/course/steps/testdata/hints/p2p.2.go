package p2p

import (
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

func (l *layer) add(c *conn) {
	p := l.peers[c.addr]
	if p == nil {
		l.insert(c)
		return
	}
	c.peer = p
	old := p.conn
	stays, goes := c, old
	if c.outgoing != old.outgoing {
		// the one dialled by min(Self, addr) stays
		if c.outgoing != (min(l.cfg.Self, c.addr) == l.cfg.Self) {
			stays, goes = old, c
		}
	}
	p.conn = stays
	l.retire(goes)
}

func (l *layer) Disconnected(id network.ConnID, _ network.Side, _ error) {
	c := l.conns[id]
	if c == nil {
		return
	}
	delete(l.conns, id)
	l.host.Cancel(c.deadline)
	p := c.peer
	if p == nil || p.conn != c {
		return
	}
	p.conn = nil
	delete(l.peers, p.addr)
	l.sorted = slices.DeleteFunc(slices.Clone(l.sorted), func(other *peer) bool { return other == p })
	if l.watcher != nil {
		l.watcher.PeerLost(p.addr)
	}
}

func (l *layer) Handle(kind messaging.Kind, h p2p.Handler) error {
	return l.msg.Handle(kind, func(from network.ConnID, payload []byte) ([]byte, bool) {
		c := l.conns[from]
		if c == nil || c.peer == nil || l.peers[c.peer.addr] != c.peer {
			return nil, false
		}
		return h(c.peer.addr, payload)
	})
}
