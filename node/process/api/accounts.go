package api

import (
	"math"
	"net/http"
	"strconv"

	"strata/chain"
	"strata/mempool"
	"strata/node"
	"strata/node/store"
)

type accountJSON struct {
	Key       string `json:"key"`
	Balance   uint64 `json:"balance,string"`
	Nonce     uint64 `json:"nonce,string"`
	NextNonce uint64 `json:"next_nonce,string"`
	Pooled    int    `json:"pooled"` // transactions that the account sends and that wait for a block

	PendingIn  uint64 `json:"pending_in,string"`  // what transactions that wait bring it
	PendingOut uint64 `json:"pending_out,string"` // what they take from it
	Height     uint64 `json:"height"`             // number of the tip after which all that is so
	Tip        string `json:"tip"`                // its hash
}

// account is an account after the tip, and what of it waits.
func (s *Server) account(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	var key mempool.PublicKey
	if err := digits(r, "key", key[:]); err != nil {
		return 0, nil, err
	}
	value, err := ask(r.Context(), s, func(n *node.Node) accountJSON {
		value := accountOf(key, n.Account(key), n.Transactions())
		value.Height, value.Tip = n.State().Number(), n.State().Hash().String()
		return value
	})
	return http.StatusOK, value, err
}

// accountOf counts what is pooled. The next nonce is the first that nothing uses. What one sends to oneself
// moves nothing (CHN-6).
func accountOf(key mempool.PublicKey, a chain.Account, pool []mempool.Transaction) accountJSON {
	value := accountJSON{Key: key.String(), Balance: a.Balance, Nonce: a.Nonce, NextNonce: a.Nonce}
	used := map[uint64]bool{}
	for _, tx := range pool {
		if tx.Sender == key {
			used[tx.Nonce] = true
		}
		switch {
		case tx.Sender == tx.Recipient:
		case tx.Sender == key:
			value.PendingOut = sum(value.PendingOut, tx.Amount)
		case tx.Recipient == key:
			value.PendingIn = sum(value.PendingIn, tx.Amount)
		}
	}
	for used[value.NextNonce] {
		value.NextNonce++
	}
	value.Pooled = len(used)
	return value
}

// sum adds, up to the largest number: a pool may hold what nobody has (MEM-1).
func sum(a, b uint64) uint64 { return a + min(b, math.MaxUint64-a) }

type historyJSON struct {
	Transactions []placedJSON `json:"transactions"`
	Next         *string      `json:"next"` // for before; null: there is no more
}

// History's pages.
const (
	aHistory    = 50
	mostHistory = 100
)

// history lists the transactions of an account that are on the chain, the newest first.
func (s *Server) history(r *http.Request) (int, any, error) {
	q, err := parseQuery(r, "before", "limit")
	if err != nil {
		return 0, nil, err
	}
	var key mempool.PublicKey
	if err := digits(r, "key", key[:]); err != nil {
		return 0, nil, err
	}
	limit, err := q.number("limit", aHistory, 1, mostHistory)
	if err != nil {
		return 0, nil, err
	}
	before, err := q.number("before", math.MaxUint64, 0, math.MaxUint64)
	if err != nil {
		return 0, nil, err
	}
	ix := s.backend.Index()
	if ix == nil {
		return 0, nil, errNoIndex
	}
	entries, err := ix.History(key, before, int(limit))
	if err != nil {
		return 0, nil, err
	}
	list := historyJSON{Transactions: []placedJSON{}}
	err = s.backend.Store.View(func(view store.Reader) error {
		for _, e := range entries {
			value, err := placed(view, e.ID, e.Place)
			if err != nil {
				return err
			}
			if value != nil { // the chain has moved, and the index not yet
				list.Transactions = append(list.Transactions, *value)
			}
		}
		return nil
	})
	if n := len(entries); n > 0 && entries[n-1].Sequence > 0 {
		cursor := strconv.FormatUint(entries[n-1].Sequence, 10)
		list.Next = &cursor
	}
	return http.StatusOK, list, err
}

type mempoolJSON struct {
	Count        int               `json:"count"`
	Transactions []transactionJSON `json:"transactions"`
}

// mostPooled bounds the limit of a list of pooled transactions.
const mostPooled = 1000

// mempool lists pooled transactions in order of arrival.
func (s *Server) mempool(r *http.Request) (int, any, error) {
	q, err := parseQuery(r, "limit")
	if err != nil {
		return 0, nil, err
	}
	limit, err := q.number("limit", 100, 1, mostPooled)
	if err != nil {
		return 0, nil, err
	}
	pool, err := ask(r.Context(), s, (*node.Node).Transactions)
	if err != nil {
		return 0, nil, err
	}
	list := mempoolJSON{Count: len(pool), Transactions: []transactionJSON{}}
	for _, tx := range pool[:min(len(pool), int(limit))] {
		list.Transactions = append(list.Transactions, transactionOf(tx))
	}
	return http.StatusOK, list, nil
}
