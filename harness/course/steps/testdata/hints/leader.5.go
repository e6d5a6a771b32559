package leader

import (
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
)

func (n *node) rebuild(p *partial) bool {
	b := &leader.Block{Header: p.Header}
	for _, id := range p.IDs {
		tx := n.pool.Get(id)
		if tx == nil {
			return false
		}
		b.Txs = append(b.Txs, tx)
	}
	if leader.Root(p.IDs) != p.Root {
		p.IDs = []ledgers.OpID{{}}
		n.askBlock(p)
		return false
	}
	delete(n.build.open, p.hash)
	n.offered(b)
	return true
}

func (n *node) askTxs(p *partial) {
	var missing []byte
	for _, id := range p.IDs {
		if n.pool.Get(id) == nil {
			missing = append(missing, id[:]...)
		}
	}
	n.peers.Request(p.from, leader.KindTxs, missing, func(reply []byte, err error) {
		if err == nil && n.build.open[p.hash] == p {
			n.gotTxs(p.from, reply)
		}
	})
}

func (n *node) askBlock(p *partial) {
	p.until = n.host.Now().Add(n.cfg.Fallback)
	to, ok := n.nextPeer(p.asked)
	if !ok {
		p.asked = nil
		p.until = n.host.Now().Add(time.Second)
		return
	}
	p.asked = append(p.asked, to)
	n.peers.Request(to, leader.KindFetch, p.hash[:], func(reply []byte, err error) {
		if err == nil && n.build.open[p.hash] == p {
			n.gotBlock(p, to, reply)
		}
	})
}
