package validators

import (
	"errors"
	"maps"
	"slices"
	"time"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
)

// listen registers the handlers.
func (n *node) listen() error {
	words := func(kind validators.WordKind, hear func(from network.Addr, payload []byte) bool) error {
		return errors.Join(
			n.gossip.Handle(kind.Wire(), hear),
			n.peers.Handle(kind.Wire()+validators.Repeated, func(from network.Addr, payload []byte) ([]byte, bool) {
				if hear(from, payload) {
					n.spread(kind.Wire(), payload)
				}
				return nil, false
			}),
		)
	}
	answer := func(give func(question []byte) []byte) func(network.Addr, []byte) ([]byte, bool) {
		return func(_ network.Addr, question []byte) ([]byte, bool) { return give(question), !n.stopped }
	}
	err := errors.Join(
		words(validators.Proposal, n.onProposed),
		words(validators.Prevote, n.onVote(validators.Prevote)),
		words(validators.Precommit, n.onVote(validators.Precommit)),
		n.gossip.Handle(validators.KindEvidence, n.onEvidence),
		n.peers.Handle(validators.KindState, n.onStanding),
		n.peers.Handle(validators.KindFetch, answer(n.answerFetch)),
		n.peers.Handle(validators.KindRange, answer(n.answerRange)),
	)
	if !n.purpose.snapshots() {
		return err
	}
	return errors.Join(err,
		n.gossip.Handle(validators.KindTx, n.onTx),
		n.peers.Handle(validators.KindHeaders, answer(n.answerHeaders)),
		n.peers.Handle(validators.KindChunk, answer(n.answerChunk)),
	)
}

// spread gossips bytes; this node's own handler does not run.
func (n *node) spread(kind messaging.Kind, payload []byte) {
	if err := n.gossip.Broadcast(kind, payload); err != nil {
		n.host.Log().Warn("a message was not sent", "kind", string(kind), "reason", err)
	}
}

// blame names a peer that has sent what no correct node sends (LED-4). It is false, so that what came is not passed
// on.
func (n *node) blame(from network.Addr, why error) (pass bool) {
	n.watch.Blamed(from, why)
	return false
}

// onTx takes a transaction that others pass on.
func (n *node) onTx(from network.Addr, payload []byte) (pass bool) {
	if n.stopped {
		return false
	}
	txs, err := validators.DecodeTransactions(payload)
	if err != nil {
		return n.blame(from, ledgers.ErrMalformed)
	}
	var fresh []*validators.Transaction
	var ids []ledgers.OpID
	for _, tx := range txs {
		id := tx.ID(n.chain)
		if wanted, err := n.wanting(id, tx); wanted && err == nil {
			fresh, ids = append(fresh, tx), append(ids, id)
		}
	}
	if !validators.VerifyAll(n.chain, fresh) {
		return n.blame(from, ledgers.ErrSignature)
	}
	var news [][]byte
	for i, tx := range fresh {
		if added, err := n.pool.Add(ids[i], tx); added && err == nil {
			news = append(news, tx.Encode())
		}
	}
	if len(news) > 0 {
		n.work()
	}
	if len(news) == len(txs) {
		return true
	}
	n.spreadTxs(news...) // those that are no news are not passed on (LED-6)
	return false
}

// batchEvery is how long a transaction waits for others that are passed on with it, if one was passed on just before.
const batchEvery = 10 * time.Millisecond

// spreadTxs gossips transactions: at once, or together with others if some were gossiped just before.
func (n *node) spreadTxs(txs ...[]byte) {
	n.outgoing = append(n.outgoing, txs...)
	if n.batching && len(n.outgoing) < validators.MaxBatch || len(n.outgoing) == 0 || n.stopped {
		return
	}
	for batch := range slices.Chunk(n.outgoing, validators.MaxBatch) {
		n.spread(validators.KindTx, slices.Concat(batch...))
	}
	n.outgoing = nil
	if !n.batching {
		n.batching = true
		n.host.After(batchEvery, func() { n.batching = false; n.spreadTxs() })
	}
}

// onEvidence takes evidence that others pass on. What proves nothing is dropped; who sent it need not know better.
func (n *node) onEvidence(from network.Addr, payload []byte) (pass bool) {
	if n.stopped {
		return false
	}
	e, err := validators.DecodeEvidence(payload)
	if err != nil {
		return n.blame(from, ledgers.ErrMalformed)
	}
	return n.accuse(e)
}

// onVote takes votes of one kind.
func (n *node) onVote(kind validators.WordKind) func(from network.Addr, payload []byte) bool {
	return func(from network.Addr, payload []byte) bool {
		w, err := validators.DecodeWord(payload)
		switch {
		case n.stopped:
			return false
		case err != nil || w.Kind != kind:
			return n.blame(from, ledgers.ErrMalformed)
		}
		news := n.hear(from, w)
		n.advance()
		return news
	}
}

// onProposed takes a proposal, with its block or without.
func (n *node) onProposed(from network.Addr, payload []byte) (pass bool) {
	if n.stopped {
		return false
	}
	p, err := validators.DecodeProposed(payload)
	if err != nil || p.Block != nil && p.Block.Hash(n.chain) != p.Hash {
		return n.blame(from, ledgers.ErrMalformed)
	}
	news := n.hear(from, p.Word)
	if r := n.rounds[p.Round]; p.Height == n.height() && r != nil && r.find(validators.Proposal, p.Key) != nil && r.proposal.Hash == p.Hash {
		if p.Block == nil {
			if c := n.candidate(p.Hash); c.block == nil && n.host.Now().Sub(c.asked) >= fetchEvery {
				n.ask(from, p.Hash)
			}
		} else if err := n.offer(p.Block); err != nil {
			news = n.blame(from, err)
		}
	}
	n.advance()
	return news
}

// hear keeps a word, and says whether it is news that is worth passing on: for its content, whatever id it came under
// (LED-6).
func (n *node) hear(from network.Addr, w *word) (news bool) {
	switch {
	case w.Height == n.height()+1:
		return n.hearNext(from, w)
	case w.Height != n.height() || n.set().Index(w.Key) < 0 || !n.wants(w.Round):
		return false
	case w.Kind == validators.Proposal && w.Key != n.proposer(w.Round):
		return false
	}
	r := n.rounds[w.Round]
	if r != nil {
		if old := r.find(w.Kind, w.Key); old != nil {
			if old.Hash == w.Hash && old.Valid == w.Valid {
				return false
			}
			if !w.Verify(n.chain) {
				return n.blame(from, ledgers.ErrSignature)
			}
			n.compare(old, w)
			return false
		}
	}
	if !w.Verify(n.chain) {
		return n.blame(from, ledgers.ErrSignature)
	}
	if !n.bound(w.Key, w.Round) {
		return false
	}
	n.at(w.Round).keep(w)
	return true
}

// hearNext keeps words of the next height, of one round of each validator of this one: the latest (VAL-8).
func (n *node) hearNext(from network.Addr, w *word) (news bool) {
	own := n.next[w.Key]
	if n.set().Index(w.Key) < 0 || len(own) > 0 && w.Round < own[0].Round {
		return false
	}
	if len(own) > 0 && own[0].Round < w.Round {
		own = nil
	}
	if slices.ContainsFunc(own, func(old *word) bool { return old.Kind == w.Kind }) {
		return false
	}
	if !w.Verify(n.chain) {
		return n.blame(from, ledgers.ErrSignature)
	}
	n.next[w.Key] = append(own, w)
	return true
}

// hearKept hears what was kept of the height that is this one by now.
func (n *node) hearKept() {
	kept := n.next
	n.next = map[network.PublicKey][]*word{}
	for _, v := range n.set() {
		for _, w := range kept[v.Key] {
			n.hear("", w)
		}
	}
}

// numbers are the rounds of which something is known, the lowest first.
func (n *node) numbers() []uint32 { return slices.Sorted(maps.Keys(n.rounds)) }
