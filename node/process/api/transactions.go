package api

import (
	"errors"
	"fmt"
	"net/http"

	"strata/chain"
	"strata/mempool"
	"strata/node"
	"strata/node/blocktree"
	"strata/node/process/index"
	"strata/node/store"
)

type transactionJSON struct {
	ID        string `json:"id"`
	Sender    string `json:"sender"`
	Recipient string `json:"recipient"`
	Nonce     uint64 `json:"nonce,string"`
	Amount    uint64 `json:"amount,string"`
	Signature string `json:"signature"`
}

func transactionOf(tx mempool.Transaction) transactionJSON {
	return transactionJSON{
		ID: tx.ID().String(), Sender: tx.Sender.String(), Recipient: tx.Recipient.String(),
		Nonce: tx.Nonce, Amount: tx.Amount, Signature: fmt.Sprintf("%x", tx.Signature),
	}
}

// placeJSON is where on the chain a transaction is.
type placeJSON struct {
	Number uint64 `json:"number"`
	Hash   string `json:"hash"`
	Index  int    `json:"index"` // within the block, from 0
}

// placedJSON is a transaction with where it is; the block is null as long as it waits.
type placedJSON struct {
	Transaction   transactionJSON `json:"transaction"`
	Block         *placeJSON      `json:"block"`
	Confirmations uint64          `json:"confirmations"` // blocks that hold it: its own and those on it
}

// transaction finds a transaction on the chain or in the pool.
func (s *Server) transaction(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	var id mempool.TxID
	if err := digits(r, "id", id[:]); err != nil {
		return 0, nil, err
	}
	for range 2 { // a block may take it out of the pool between the two looks
		if value, err := s.onChain(id); err != nil || value != nil {
			return http.StatusOK, value, err
		}
		pooled, err := ask(r.Context(), s, (*node.Node).Transactions)
		if err != nil {
			return 0, nil, err
		}
		for _, tx := range pooled {
			if tx.ID() == id {
				return http.StatusOK, placedJSON{Transaction: transactionOf(tx)}, nil
			}
		}
	}
	return 0, nil, notFound("transaction " + id.String())
}

// onChain finds a transaction by the index, or in the blocks that the index has still to take in; nil if it is
// not on the chain.
func (s *Server) onChain(id mempool.TxID) (value *placedJSON, err error) {
	ix := s.backend.Index()
	if ix == nil {
		return nil, errNoIndex
	}
	_, indexed, err := ix.Tip() // before the question: what comes in meanwhile is looked through in vain, at worst
	if err != nil {
		return nil, err
	}
	place, ok, err := ix.Place(id)
	if err != nil {
		return nil, err
	}
	err = s.backend.Store.View(func(view store.Reader) (err error) {
		if ok {
			value, err = placed(view, id, place)
		}
		if err == nil && value == nil {
			value, err = unindexed(view, id, indexed)
		}
		return err
	})
	return value, err
}

// mostUnindexed is how many of the last blocks are looked through while the index is behind.
const mostUnindexed = 16

// unindexed finds a transaction in the last blocks of the chain, down to the one that the index has come to;
// nil if there is none.
func unindexed(view store.Reader, id mempool.TxID, indexed chain.BlockHash) (*placedJSON, error) {
	tip, _, _, err := blocktree.StoredTip(view)
	if err != nil {
		return nil, err
	}
	for number := tip; number > 0 && tip-number < mostUnindexed; number-- {
		hash, text, err := storedAt(view, number)
		if err != nil || hash == indexed {
			return nil, err
		}
		b, err := chain.ParseBlock(text)
		if err != nil {
			return nil, err
		}
		for i, tx := range b.Transactions {
			if tx.ID() == id {
				return placed(view, id, index.Place{Number: number, Position: i})
			}
		}
	}
	return nil, nil
}

// errNoIndex is answered as long as the index is being made.
var errNoIndex = problem(http.StatusServiceUnavailable, "no-index", "the index of transactions is being made", "try again in some seconds")

// placed reads a transaction from where the index says it is; nil if the chain has moved since.
func placed(view store.Reader, id mempool.TxID, at index.Place) (*placedJSON, error) {
	tip, _, _, err := blocktree.StoredTip(view)
	if err != nil || at.Number > tip {
		return nil, err
	}
	hash, text, err := storedAt(view, at.Number)
	if err != nil {
		return nil, err
	}
	b, err := chain.ParseBlock(text)
	if err != nil || at.Position >= len(b.Transactions) || b.Transactions[at.Position].ID() != id {
		return nil, err
	}
	return &placedJSON{
		Transaction:   transactionOf(b.Transactions[at.Position]),
		Block:         &placeJSON{at.Number, hash.String(), at.Position},
		Confirmations: tip - at.Number + 1,
	}, nil
}

// submit takes a signed transaction. It has its signature checked before the loop is asked.
func (s *Server) submit(r *http.Request) (int, any, error) {
	var body struct {
		Text *string `json:"text"`
	}
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	if err := readBody(r, &body); err != nil {
		return 0, nil, err
	}
	if body.Text == nil {
		return 0, nil, badParameter("text", "", "the transaction: sender,recipient,nonce,amount,signature")
	}
	tx, err := mempool.ParseTransaction([]byte(*body.Text))
	if err != nil {
		p := badParameter("text", *body.Text, "sender,recipient,nonce,amount,signature: hex in lower case, decimal numbers")
		p.Detail = cut(err.Error())
		return 0, nil, p
	}
	if err := s.verifier.Verify(tx); err != nil {
		return 0, nil, refused(err)
	}
	id := struct {
		ID string `json:"id"`
	}{tx.ID().String()}
	err, asked := ask(r.Context(), s, func(n *node.Node) error { return n.Submit(tx) })
	if asked != nil {
		return 0, nil, asked
	}
	if err != nil && !errors.Is(err, mempool.ErrKnown) { // sent twice is as good as once
		return 0, nil, refused(err)
	}
	return http.StatusAccepted, id, nil
}

// refused says why the pool did not take a transaction.
func refused(err error) error {
	switch {
	case errors.Is(err, mempool.ErrBadSignature):
		return problem(http.StatusUnprocessableEntity, "bad-signature", err.Error(), "sign sender,recipient,nonce,amount with the sender's key")
	case errors.Is(err, mempool.ErrConflict):
		return problem(http.StatusConflict, "conflict", err.Error(), "use next_nonce of /v1/accounts/{key}, or wait")
	case errors.Is(err, mempool.ErrSenderFull):
		return problem(http.StatusTooManyRequests, "sender-full", err.Error(), "wait until some of the sender's transactions are in a block")
	}
	return err
}
