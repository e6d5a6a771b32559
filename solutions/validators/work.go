package validators

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// Submit is ledgers.Ledger's.
func (n *node) Submit(op []byte) (ledgers.OpID, error) {
	tx, err := validators.DecodeTransaction(op)
	if err != nil {
		return ledgers.OpID{}, err
	}
	id := tx.ID(n.chain)
	if n.Status(id).State == ledgers.Final {
		return id, nil
	}
	fresh, err := n.pooled(id, tx)
	if fresh && err == nil {
		n.spreadTxs(op)
		n.work()
	}
	return id, err
}

// Status is ledgers.Ledger's.
func (n *node) Status(id ledgers.OpID) ledgers.Status {
	switch {
	case n.final[id] > 0:
		return ledgers.Status{State: ledgers.Final}
	case n.refused[id] != nil:
		return ledgers.Status{State: ledgers.Refused, Why: n.refused[id]}
	case n.pool.Get(id) != nil:
		return ledgers.Status{State: ledgers.Waiting}
	}
	return ledgers.Status{}
}

// pooled takes a transaction into the pool. Errors: ErrSignature, ErrStale, ErrFull, validators.ErrRefused.
func (n *node) pooled(id ledgers.OpID, tx *validators.Transaction) (fresh bool, err error) {
	if fresh, err = n.wanting(id, tx); !fresh || err != nil {
		return false, err
	}
	if !tx.Verify(n.chain) {
		return false, ledgers.ErrSignature
	}
	return n.pool.Add(id, tx)
}

// wanting says whether a transaction is new here and may wait. Errors: ErrStale, ErrFull, validators.ErrRefused.
func (n *node) wanting(id ledgers.OpID, tx *validators.Transaction) (fresh bool, err error) {
	if n.pool.Get(id) != nil || n.final[id] > 0 {
		return false, nil
	}
	err = n.rules.Admits(n.tip.State, n.height(), tx)
	if errors.Is(err, ledgers.ErrStale) || errors.Is(err, validators.ErrRefused) {
		return false, err
	}
	if err != nil {
		if balance := n.tip.State.Account(tx.Sender).Balance; balance < tx.Fee {
			return false, fmt.Errorf("%w: the account has %d, less than the fee", ledgers.ErrFull, balance)
		}
	}
	return true, nil
}

// nonce is the nonce that an account's next transaction has.
func (n *node) nonce(a validators.Address) uint64 { return n.tip.State.Account(a).Nonce + 1 }

// fill are transactions for the next block, in order, so many at most. What will never be executed is refused.
func (n *node) fill(most int) []*validators.Transaction {
	trial := n.tip.State
	var bad []*validators.Transaction
	txs := n.pool.Fill(most, validators.BlockRoom, n.nonce, func(tx *validators.Transaction) bool {
		err := n.rules.Apply(&trial, n.height(), tx)
		if errors.Is(err, validators.ErrRefused) {
			n.refuse(tx.ID(n.chain), err)
			bad = append(bad, tx)
		}
		return err == nil
	})
	for _, tx := range bad {
		n.pool.Remove(tx.ID(n.chain))
	}
	return txs
}

// working says whether there is anything for a block.
func (n *node) working() bool { return n.purpose.working() }

// working is purpose's: there is evidence, or a transaction that can be executed.
func (p payments) working() bool {
	n := p.node
	if len(n.accused) > 0 {
		return true
	}
	return n.pool.Some(n.nonce, func(tx *validators.Transaction) bool {
		return n.rules.Admits(n.tip.State, n.height(), tx) == nil
	})
}

// work looks whether there is work, now that something came.
func (n *node) work() {
	if n.begun && !n.awake && n.working() {
		n.awaken()
		n.advance()
	}
}

// remindEvery is how often what waits is sent again while a round does nothing with it, in ticks.
const remindEvery = 10

// remind sends again what waits: others may have lost it with their memory, or never got it. Those that have it do not
// pass it on (LED-7).
func (p payments) remind() {
	n := p.node
	for _, tx := range n.fill(maxRepeats) {
		n.spreadTxs(tx.Encode())
	}
}

// maxRefused bounds what is remembered of refused operations.
const maxRefused = 10_000

// refuse remembers why an operation was refused, and tells it.
func (n *node) refuse(id ledgers.OpID, why error) {
	if len(n.refused) >= maxRefused {
		clear(n.refused)
	}
	n.refused[id] = why
	n.watch.Refused(id, why)
}

// errOvertaken is why a transaction is refused that waited while another one of its nonce was executed.
var errOvertaken = fmt.Errorf("%w: another transaction of the account has its nonce (VAL-1)", ledgers.ErrStale)

// settle takes out of the pool what a decided block has executed, and what can never be executed any longer.
func (p payments) settle(b *validators.Block) {
	n := p.node
	ids := b.IDs(n.chain)
	n.pool.Remove(ids...)
	for _, id := range ids {
		n.final[id] = b.Height
		delete(n.refused, id)
	}
	for key, e := range n.accused {
		trial := n.tip.State
		if n.rules.Convict(&trial, n.height(), e) != nil {
			delete(n.accused, key)
		}
	}
}

// told tells what a decided block has done.
func (p payments) told(b *validators.Block) {
	n := p.node
	for _, id := range b.IDs(n.chain) {
		n.watch.Final(id, n.Digest())
	}
	senders := func(yield func(validators.Address) bool) {
		for _, tx := range b.Txs {
			if !yield(tx.Sender) {
				return
			}
		}
	}
	for _, id := range n.pool.Clean(senders, n.nonce) {
		n.refuse(id, errOvertaken)
	}
}

// compare looks whether a word contradicts one that the validator said before in the same place. Both are signed.
func (n *node) compare(old, w *word) {
	//strata:begin validators.5
	if old.Hash == w.Hash && old.Valid == w.Valid {
		return
	}
	e := &validators.Evidence{First: old, Second: w}
	if bytes.Compare(old.Encode(), w.Encode()) > 0 {
		e.First, e.Second = w, old
	}
	if n.accuse(e) {
		n.spread(validators.KindEvidence, e.Encode())
	}
	//strata:end
}

// accuse keeps evidence that a block can convict by, one of each validator, and says whether it is news.
func (n *node) accuse(e *validators.Evidence) (news bool) {
	if n.accused[e.First.Key] != nil || !n.purpose.convicts(e) {
		return false
	}
	n.accused[e.First.Key] = e
	n.host.Log().Warn("a validator contradicts itself", "key", e.First.Key, "height", e.First.Height, "kind", e.First.Kind)
	n.work()
	return true
}

// evidence is what a block can convict by, in the order of the keys.
func (n *node) evidence() (all []*validators.Evidence) {
	byBytes := func(a, b network.PublicKey) int { return cmp.Compare(string(a[:]), string(b[:])) }
	for _, key := range slices.SortedFunc(maps.Keys(n.accused), byBytes) {
		all = append(all, n.accused[key])
	}
	return all
}
