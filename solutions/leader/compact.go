package leader

import (
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

// builder builds blocks of announcements and what waits (LDR-6), and knows which operations are where.
type builder struct {
	gathering bool
	logged    map[ledgers.OpID]uint64 // in the log, not executed: height
	pending   map[network.PublicKey]uint64
	refused   map[ledgers.OpID]error
	open      map[leader.Hash]*partial
}

// partial is a block that was announced and cannot be built yet.
type partial struct {
	*leader.Announcement
	hash  leader.Hash
	from  network.Addr // who announced it
	asked []network.Addr
	until time.Time // then the next is asked for the whole block
}

// maxOpen bounds announcements that cannot be built: they are of one view, and come again.
const maxOpen = 4 * leader.UnderWay

func (b *builder) init(n *node) {
	b.logged = map[ledgers.OpID]uint64{}
	b.pending = map[network.PublicKey]uint64{}
	b.refused = map[ledgers.OpID]error{}
	b.open = map[leader.Hash]*partial{}
}

// heardBlock is told of a block by a peer, and says whether it is news. Its leader's signature is checked
// here; the root, when it is built.
func (n *node) heardBlock(from network.Addr, a *leader.Announcement) (news bool) {
	hash := a.Hash(n.chain)
	tip, _ := n.tip()
	if a.View != n.view || a.Height <= tip || n.build.open[hash] != nil || n.early[a.Height] != nil ||
		len(n.build.open) >= maxOpen {
		return false
	}
	if !a.Verify(n.genesis(), n.chain) {
		return n.blame(from, ledgers.ErrSignature)
	}
	n.votes.leader = n.host.Now()
	p := &partial{Announcement: a, hash: hash, from: from, until: n.host.Now().Add(n.cfg.Fallback)}
	n.build.open[hash] = p
	switch {
	case n.cfg.Whole:
		n.askAll(p)
	case !n.rebuild(p):
		n.askTxs(p)
	}
	return true
}

// askAll asks who announced the block for all of it.
func (n *node) askAll(p *partial) {
	n.peers.Request(p.from, leader.KindFetch, p.hash[:], func(reply []byte, err error) {
		if n.build.open[p.hash] == p && err == nil {
			n.gotBlock(p, p.from, reply)
		}
	})
}

// rebuild builds an announced block, if all of its transactions are here, and says whether that is over:
// it is, too, if the ids do not make the root. Then nothing that was announced is to be trusted, and the
// whole block is asked for.
func (n *node) rebuild(p *partial) bool {
	//strata:begin leader.5
	b := &leader.Block{Header: p.Header}
	for _, id := range p.IDs {
		tx := n.pool.Get(id)
		if tx == nil {
			return false
		}
		b.Txs = append(b.Txs, tx)
	}
	if leader.Root(p.IDs) != p.Root {
		p.IDs = []ledgers.OpID{{}} // nobody has that: it stays open until the whole block has come
		n.askBlock(p)
		return false
	}
	delete(n.build.open, p.hash)
	n.offered(b)
	return true
	//strata:end
}

// arrived tries again what waits for transactions.
func (b *builder) arrived(n *node) {
	if n.cfg.Whole {
		return
	}
	for _, p := range b.sorted() {
		n.rebuild(p)
	}
}

// sorted lists what is open, the lowest first.
func (b *builder) sorted() []*partial {
	var all []*partial
	for _, p := range b.open {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *partial) int {
		if a.Height != b.Height {
			return int(int64(a.Height - b.Height))
		}
		return slices.Compare(a.hash[:], b.hash[:])
	})
	return all
}

// askTxs asks who announced the block for the transactions that are not here.
func (n *node) askTxs(p *partial) {
	//strata:begin leader.5
	var missing []byte
	for _, id := range p.IDs {
		if n.pool.Get(id) == nil {
			missing = append(missing, id[:]...)
		}
	}
	n.peers.Request(p.from, leader.KindTxs, missing, func(reply []byte, err error) {
		if n.build.open[p.hash] == p && err == nil {
			n.gotTxs(p.from, reply)
		}
	})
	//strata:end
}

// gotTxs takes the transactions that a peer gave. What was not asked for may be of use all the same.
func (n *node) gotTxs(from network.Addr, reply []byte) {
	var txs []*leader.Transaction
	for rest := reply; len(rest) > 0; {
		d := ledgers.NewDecoder(rest)
		tx, err := leader.DecodeTransaction(d.Bytes(ledgers.MaxOperation))
		if err != nil {
			n.blame(from, ledgers.ErrAnswer)
			return
		}
		txs = append(txs, tx)
		rest = d.Rest()
	}
	if _, err := n.pooledAll(txs); err != nil {
		n.blame(from, ledgers.ErrAnswer)
	}
}

// gotBlock takes a block that a peer gave, if it is the one that was asked for.
func (n *node) gotBlock(p *partial, from network.Addr, reply []byte) {
	if b := n.whole(from, reply, p.hash); b != nil {
		delete(n.build.open, p.hash)
		n.offered(b)
	}
}

// askBlock asks a peer for the whole block: each in its turn, members before others, and all again after the last.
func (n *node) askBlock(p *partial) {
	p.until = n.host.Now().Add(n.cfg.Fallback)
	//strata:begin leader.5
	to, ok := n.nextPeer(p.asked)
	if !ok {
		p.asked, p.until = nil, n.host.Now().Add(time.Second)
		return
	}
	p.asked = append(p.asked, to)
	n.peers.Request(to, leader.KindFetch, p.hash[:], func(reply []byte, err error) {
		if n.build.open[p.hash] == p && err == nil {
			n.gotBlock(p, to, reply)
		}
	})
	//strata:end
}

// nextPeer is a peer that was not asked yet: a member, if there is one.
func (n *node) nextPeer(asked []network.Addr) (network.Addr, bool) {
	peers := n.peers.Peers()
	for _, member := range n.genesis().Members {
		if slices.Contains(peers, member.Addr) && !slices.Contains(asked, member.Addr) {
			return member.Addr, true
		}
	}
	for _, peer := range peers {
		if !slices.Contains(asked, peer) {
			return peer, true
		}
	}
	return "", false
}

// whole reads a block that a peer was asked for by its hash; nil if it is not that block, or not a right one: then
// the peer is to blame.
func (n *node) whole(from network.Addr, encoded []byte, hash leader.Hash) *leader.Block {
	b, err := leader.DecodeBlock(encoded)
	if err != nil || b.Hash(n.chain) != hash || leader.Root(b.IDs(n.chain)) != b.Root ||
		!b.Header.Verify(n.genesis(), n.chain) {
		n.blame(from, ledgers.ErrAnswer)
		return nil
	}
	return b
}

// tick asks others for what could not be built in time, and forgets what has become useless.
func (b *builder) tick(n *node, now time.Time) {
	tip, _ := n.tip()
	for _, p := range b.sorted() {
		switch {
		case p.View != n.view || p.Height <= tip || n.cfg.Whole && !now.Before(p.until):
			delete(b.open, p.hash) // if it is still of use, a peer stands higher, and gives it (LED-7)
		case !now.Before(p.until):
			n.askBlock(p)
		}
	}
}

// answerTxs gives the transactions that were asked for, as far as they are here and fit.
func (n *node) answerTxs(question []byte) []byte {
	var answer []byte
	for len(question) >= len(ledgers.OpID{}) && len(answer) < ledgers.MaxBlock {
		id := ledgers.OpID(question[:32])
		question = question[32:]
		if tx := n.txOf(id); tx != nil {
			answer = ledgers.AppendBytes(answer, tx.Encode())
		}
	}
	return answer
}

// txOf is a transaction of the pool or of a block that is not executed yet.
func (n *node) txOf(id ledgers.OpID) *leader.Transaction {
	if tx := n.pool.Get(id); tx != nil {
		return tx
	}
	if height := n.build.logged[id]; height > 0 {
		if b, _ := n.blocks.Get(n.hashAt(height)); b != nil {
			for _, tx := range b.Txs {
				if tx.ID(n.chain) == id {
					return tx
				}
			}
		}
	}
	return nil
}
