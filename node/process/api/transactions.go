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
// nil if there is none. Errors: errNoIndex if that is too far down.
func unindexed(view store.Reader, id mempool.TxID, indexed chain.BlockHash) (*placedJSON, error) {
	tip, _, _, err := blocktree.StoredTip(view)
	if err != nil {
		return nil, err
	}
	for number := tip; number > 0; number-- {
		if tip-number == mostUnindexed {
			return nil, errNoIndex // it may be further down: whoever is told that it is nowhere sends it again
		}
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

// submission is the body of a request that hands in a transaction.
type submission struct {
	Text     *string `json:"text"`
	Replaces *string `json:"replaces"` // id of one that waits, whose nonce it takes over
}

// submit takes a signed transaction. It has its signature checked before the loop is asked. One that the chain or
// the pool has already is as good as taken: who does not get an answer asks again.
func (s *Server) submit(r *http.Request) (int, any, error) {
	var body submission
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	if err := readBody(r, &body); err != nil {
		return 0, nil, err
	}
	tx, old, err := body.parse()
	if err != nil {
		return 0, nil, err
	}
	if err := s.verifier.Verify(tx); err != nil {
		return 0, nil, refused(err)
	}
	answer := struct {
		ID string `json:"id"`
	}{tx.ID().String()}
	err, asked := ask(r.Context(), s, func(n *node.Node) error { return hand(n, tx, old) })
	if asked != nil {
		return 0, nil, asked
	}
	if p := (*Problem)(nil); errors.As(err, &p) { // it may be in a block that came meanwhile
		if value, err := s.onChain(tx.ID()); err != nil || value != nil {
			return http.StatusAccepted, answer, err
		}
	}
	if err != nil && !errors.Is(err, mempool.ErrKnown) {
		return 0, nil, refused(err)
	}
	s.backend.Log.Debug("api: transaction taken", "id", answer.ID, "client", r.RemoteAddr)
	return http.StatusAccepted, answer, nil
}

// parse reads the transaction, and the id of the one that it replaces; nil: none.
func (b submission) parse() (tx mempool.Transaction, old *mempool.TxID, err error) {
	if b.Text == nil {
		return tx, nil, badParameter("text", "", "the transaction: sender,recipient,nonce,amount,signature")
	}
	if tx, err = mempool.ParseTransaction([]byte(*b.Text)); err != nil {
		p := badParameter("text", *b.Text, "sender,recipient,nonce,amount,signature: hex in lower case, decimal numbers")
		p.Detail = cut(err.Error())
		return tx, nil, p
	}
	if b.Replaces == nil {
		return tx, nil, nil
	}
	old = new(mempool.TxID)
	if !unhex(*b.Replaces, old[:]) {
		return tx, nil, badParameter("replaces", *b.Replaces, fmt.Sprintf("%d hex digits in lower case", 2*len(old)))
	}
	return tx, old, nil
}

// hand gives the node a transaction, on the loop, unless it can never get into a block: its nonce is used, or
// the balance does not cover it with what waits already. One that is to be replaced and does not wait here is no
// hindrance: the pool has forgotten it.
func hand(n *node.Node, tx mempool.Transaction, old *mempool.TxID) error {
	account, out := n.Account(tx.Sender), uint64(0)
	for _, waiting := range n.Transactions() {
		switch {
		case waiting == tx:
			return n.Submit(tx)
		case waiting.Sender == tx.Sender && waiting.Nonce != tx.Nonce && waiting.Recipient != tx.Sender:
			out += min(waiting.Amount, account.Balance-out)
		}
	}
	switch {
	case tx.Nonce < account.Nonce:
		return problem(http.StatusConflict, "used-nonce",
			fmt.Sprintf("nonce %d is used: the account has come to %d", tx.Nonce, account.Nonce), "use next_nonce of /v1/accounts/{key}")
	case tx.Amount > account.Balance-out:
		return problem(http.StatusConflict, "balance",
			fmt.Sprintf("the account has %d, of which %d are on their way out: not enough for %d", account.Balance, out, tx.Amount),
			"send at most what is left, or wait for more")
	case old != nil:
		if err := n.Replace(*old, tx); !errors.Is(err, node.ErrNotWaiting) {
			return err
		}
	}
	return n.Submit(tx)
}

// refused says why the pool did not take a transaction.
func refused(err error) error {
	switch {
	case errors.Is(err, mempool.ErrBadSignature):
		return problem(http.StatusUnprocessableEntity, "bad-signature", err.Error(), "sign sender,recipient,nonce,amount with the sender's key")
	case errors.Is(err, mempool.ErrConflict):
		return problem(http.StatusConflict, "conflict", err.Error(), "use next_nonce of /v1/accounts/{key}, or say which one it replaces")
	case errors.Is(err, mempool.ErrSenderFull):
		return problem(http.StatusTooManyRequests, "sender-full", err.Error(), "wait until some of the sender's transactions are in a block")
	}
	return err
}
