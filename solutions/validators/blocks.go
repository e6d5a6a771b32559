package validators

import (
	"errors"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/validators"
	"strata/network"
)

// candidate is a block that was proposed for the height.
type candidate struct {
	block *validators.Block // nil: it is not here
	after *validators.Tip   // what it makes; nil: it is not valid
	tried bool              // it was executed, or that failed
	asked time.Time         // when a peer was asked for it
	of    int               // which peer is asked next
}

// candidate is what is known of a block that was proposed.
func (n *node) candidate(hash validators.Hash) *candidate {
	c := n.blocks[hash]
	if c == nil {
		c = &candidate{}
		n.blocks[hash] = c
	}
	return c
}

// judged executes a block that was proposed, once. known says that it is here; block is nil if it is not valid.
func (n *node) judged(hash validators.Hash) (block *validators.Block, known bool) {
	c := n.blocks[hash]
	if c == nil || c.block == nil {
		return nil, false
	}
	if !c.tried {
		after, err := n.purpose.execute(n.tip, c.block)
		if errors.Is(err, agreement.ErrNotHere) {
			return nil, false
		}
		c.tried = true
		if c.after = after; err != nil {
			n.host.Log().Warn("a proposed block is not valid", "reason", err)
		}
	}
	if c.after == nil {
		return nil, true
	}
	return c.block, true
}

// offer takes the body of a block, whose hash says which. A body that is not the one that the header commits to, or
// with a wrong signature, says nothing about the block: the next copy may be right (LED-4). Errors: ledgers.ErrMalformed,
// ledgers.ErrSignature.
func (n *node) offer(b *validators.Block) error {
	hash := b.Hash(n.chain)
	c := n.candidate(hash)
	if c.block != nil {
		return nil
	}
	if b.EvidenceRoot != validators.EvidenceRoot(b.Evidence) || b.LastSum != validators.SumOf(b.Last) {
		return ledgers.ErrMalformed
	}
	if err := n.purpose.body(b); err != nil {
		return err
	}
	c.block = b
	return nil
}

// verified says whether the signatures of transactions are right. Those in the pool are known.
func (n *node) verified(txs []*validators.Transaction) bool {
	unknown := slices.DeleteFunc(slices.Clone(txs), func(tx *validators.Transaction) bool {
		own := n.pool.Get(tx.ID(n.chain))
		return own != nil && own.Signature == tx.Signature
	})
	return validators.VerifyAll(n.chain, unknown)
}

// wanted are the blocks that something is known of, and that are not here.
func (n *node) wanted() (hashes []validators.Hash) {
	want := func(hash validators.Hash) {
		if c := n.blocks[hash]; (c == nil || c.block == nil) && !slices.Contains(hashes, hash) {
			hashes = append(hashes, hash)
		}
	}
	for _, number := range n.numbers() {
		r := n.rounds[number]
		if number == n.round && r.proposal != nil {
			want(r.proposal.Hash)
		}
		for _, kind := range []validators.WordKind{validators.Prevote, validators.Precommit} {
			if hash, ok := n.chosen(r, kind); ok {
				want(hash)
			}
		}
	}
	return hashes
}

// fetchEvery is how long the node waits for an answer before it asks another peer.
const fetchEvery = 300 * time.Millisecond

// askBlocks asks for the blocks that are wanted, one peer after the other.
func (n *node) askBlocks(now time.Time) {
	peers := n.peers.Peers()
	if len(peers) == 0 || n.deciding {
		return
	}
	for _, hash := range n.wanted() {
		if c := n.candidate(hash); now.Sub(c.asked) >= fetchEvery {
			c.of++
			n.ask(peers[c.of%len(peers)], hash)
		}
	}
}

// ask asks a peer for a block.
func (n *node) ask(peer network.Addr, hash validators.Hash) {
	n.candidate(hash).asked = n.host.Now()
	height := n.height()
	n.peers.Request(peer, validators.KindFetch, hash[:], func(reply []byte, err error) {
		if err != nil || n.stopped || n.height() != height {
			return
		}
		b, err := validators.DecodeBlock(reply)
		switch {
		case len(reply) == 0:
			return // it has none
		case err != nil || b.Hash(n.chain) != hash:
			err = ledgers.ErrAnswer
		default:
			err = n.offer(b)
		}
		if err != nil {
			n.blame(peer, err)
			return
		}
		n.advance()
	})
}

// answerFetch gives a block that was proposed; nothing if it is not here.
func (n *node) answerFetch(question []byte) []byte {
	if len(question) != len(validators.Hash{}) {
		return nil
	}
	if c := n.blocks[validators.Hash(question)]; c != nil && c.block != nil {
		return c.block.Encode()
	}
	return nil
}

// pruneBlocks drops the blocks that nothing which is kept names.
func (n *node) pruneBlocks() {
	named := map[validators.Hash]bool{n.locked.hash: true, n.valid.hash: true}
	for _, r := range n.rounds {
		if r.proposal != nil {
			named[r.proposal.Hash] = true
		}
		for _, kind := range []validators.WordKind{validators.Prevote, validators.Precommit} {
			if hash, ok := n.chosen(r, kind); ok {
				named[hash] = true
			}
		}
	}
	for hash := range n.blocks {
		if !named[hash] {
			delete(n.blocks, hash)
		}
	}
}
