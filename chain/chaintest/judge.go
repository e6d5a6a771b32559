package chaintest

import (
	"fmt"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/scenario"
)

// Offer is a pool for Build: what it offers, and what Build evicts. It is for tests of one executor, such as
// `strata replay --test` writes.
type Offer struct {
	Txs     []mempool.Transaction // in order of arrival; nothing is taken from it
	Evicted []mempool.TxID
}

// Transactions is chain.Pool's.
func (o *Offer) Transactions() []mempool.Transaction { return slices.Clone(o.Txs) }

// Evict is chain.Pool's.
func (o *Offer) Evict(ids ...mempool.TxID) { o.Evicted = append(o.Evicted, ids...) }

// Reasons are those errors of this layer that an error is, or carries.
func Reasons(err error) []error { return scenario.Carried(err, sentinels...) }

// Judge says what is wrong with a block that Build made on s for the coinbase, from the offer (CHN-10 to
// CHN-12); nil if nothing is. Where no block at all would be valid, for want of room for the reward, any will do.
func Judge(p chain.Params, s *chain.State, o *Offer, coinbase mempool.PublicKey, b chain.Block) error {
	if b.Number != s.Number()+1 || b.Parent != s.Hash() || b.Coinbase != coinbase {
		return fmt.Errorf("expected block %d after %.8s.. for %s, got block %d after %.8s.. for %s", s.Number()+1,
			s.Hash(), mempooltest.NameOf(coinbase), b.Number, b.Parent, mempooltest.NameOf(b.Coinbase))
	}
	books := booksOf(s, coinbase, o.Txs)
	for i, tx := range b.Transactions {
		if !slices.Contains(o.Txs, tx) || slices.Contains(b.Transactions[:i], tx) {
			return fmt.Errorf("expected transactions of the pool, each once, got %s", describe(tx))
		}
	}
	if rules := books.copy().block(p, coinbase, b.Transactions); rules != nil {
		if books.copy().block(p, coinbase, nil) != nil {
			return nil
		}
		return fmt.Errorf("expected a valid block, got %s: %w", content(b), rules[0])
	}
	for _, tx := range o.Txs {
		if len(b.Transactions) < p.MaxTransactions && !slices.Contains(b.Transactions, tx) &&
			books.takes(p, coinbase, b.Transactions, tx) {
			free := p.MaxTransactions - len(b.Transactions)
			return fmt.Errorf("expected %s to be in, as it could come next and %d of %d places are free, "+
				"got it left out", describe(tx), free, p.MaxTransactions)
		}
	}
	return evictions(books, o)
}

// evictions says what is wrong with what was evicted: a nonce that is past has to be, a forgery may be.
func evictions(books *ledger, o *Offer) error {
	for _, tx := range o.Txs {
		evicted, past := slices.Contains(o.Evicted, tx.ID()), tx.Nonce < books.nonce[tx.Sender]
		switch {
		case past && !evicted:
			return fmt.Errorf("expected %s to be evicted, as that nonce is past, got it left in the pool", describe(tx))
		case evicted && !past && !books.forged[tx]:
			return fmt.Errorf("expected %s to stay in the pool, as it may become valid, got it evicted", describe(tx))
		}
	}
	return nil
}

// booksOf copies the accounts that the transactions and the coinbase name into a ledger.
func booksOf(s chain.Accounts, coinbase mempool.PublicKey, txs []mempool.Transaction) *ledger {
	books := newLedger()
	note := func(key mempool.PublicKey) {
		a := s.Account(key)
		books.balance[key], books.nonce[key] = new(big.Int).SetUint64(a.Balance), a.Nonce
	}
	note(coinbase)
	for _, tx := range txs {
		note(tx.Sender)
		note(tx.Recipient)
		if (mempool.ZIP215{}).Verify(tx) != nil {
			books.forged[tx] = true
		}
	}
	return books
}
