package p2p

import (
	"strata/network"
	"strata/p2p"
)

// greet says hello on a connection that we dialled: the request p2p.KindHello with our own address,
// before anything else is sent (P2P-1). What comes back goes to answered.
func (l *layer) greet(c *conn) {
	//strata:begin p2p.1
	l.msg.Request(c.id, p2p.KindHello, []byte(l.cfg.Self), func(reply []byte, err error) {
		l.answered(c, reply, err)
	})
	//strata:end
}

// answered ends a dial with what came of its hello (p2p.DecodeAnswer). An accepted connection becomes its
// peer's (P2P-3) and has no deadline from then on, unless that would be a peer too many (full). Any other
// connection is closed: rejected, not answered, or answered with something malformed; these count as
// failures of the address, see failed. The addresses that a rejection brings are tried (P2P-4).
func (l *layer) answered(c *conn, reply []byte, err error) {
	delete(l.dialling, c.addr)
	//strata:begin p2p.1
	var answer p2p.Answer
	if err == nil {
		answer, err = p2p.DecodeAnswer(reply, l.cfg.MaxListed)
	}
	if err != nil || !answer.Accepted {
		l.failed(c.addr)
		l.net.Close(c.id)
		l.try(answer.Peers)
		return
	}
	if l.full() && l.peers[c.addr] == nil {
		l.net.Close(c.id)
		return
	}
	l.host.Cancel(c.deadline)
	l.add(c)
	//strata:end
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
	//strata:begin p2p.1
	c := l.conns[from]
	addr, err := p2p.ParseAddr(payload)
	if err != nil || c.addr != "" {
		l.net.Close(from)
		return nil, false
	}
	c.addr = addr
	answer := p2p.Answer{Accepted: addr != l.cfg.Self && !l.full(), Peers: l.others(addr)}
	if answer.Accepted {
		l.host.Cancel(c.deadline)
		l.pending++
		l.host.After(0, func() {
			l.pending--
			if l.conns[from] == c {
				l.add(c)
			}
		})
	}
	return answer.Encode(), true
	//strata:end
}

// full says whether there are twice MaxPeers already (P2P-7). Those that are about to be listed
// count.
func (l *layer) full() bool {
	//strata:begin p2p.1
	return len(l.peers)+l.pending >= 2*l.cfg.MaxPeers
	//strata:end
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
