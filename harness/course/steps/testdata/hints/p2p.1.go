package p2p

import (
	"strata/network"
	"strata/p2p"
)

func (l *layer) greet(c *conn) {
	l.msg.Request(c.id, p2p.KindHello, []byte(l.cfg.Self), func(reply []byte, err error) { l.answered(c, reply, err) })
}

func (l *layer) answered(c *conn, reply []byte, err error) {
	delete(l.dialling, c.addr)
	var answer p2p.Answer
	if err == nil {
		answer, err = p2p.DecodeAnswer(reply, l.cfg.MaxListed)
	}
	if err != nil {
		l.failed(c.addr)
		l.net.Close(c.id)
		return
	}
	if !answer.Accepted {
		l.failed(c.addr)
		l.net.Close(c.id)
		l.try(answer.Peers)
		return
	}
	if l.peers[c.addr] == nil && l.full() {
		l.net.Close(c.id)
		return
	}
	l.host.Cancel(c.deadline)
	l.add(c)
}

func (l *layer) hello(from network.ConnID, payload []byte) (reply []byte, ok bool) {
	c := l.conns[from]
	addr, err := p2p.ParseAddr(payload)
	if c.addr != "" || err != nil {
		l.net.Close(from)
		return nil, false
	}
	c.addr = addr
	if addr == l.cfg.Self || l.full() {
		return p2p.Answer{Accepted: false, Peers: l.others(addr)}.Encode(), true
	}
	l.host.Cancel(c.deadline)
	l.pending++
	l.host.After(0, func() {
		l.pending--
		if l.conns[from] == c {
			l.add(c)
		}
	})
	return p2p.Answer{Accepted: true, Peers: l.others(addr)}.Encode(), true
}

func (l *layer) full() bool { return len(l.peers)+l.pending >= 2*l.cfg.MaxPeers }
