package api

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"strata/chain"
	"strata/node/blocktree"
	"strata/node/store"
)

// headJSON is a block without its transactions.
type headJSON struct {
	Number       uint64 `json:"number"`
	Hash         string `json:"hash"`
	Parent       string `json:"parent"`
	Coinbase     string `json:"coinbase"`
	Nonce        uint64 `json:"nonce,string"`
	Transactions int    `json:"transactions"`
	Size         int    `json:"size"` // bytes of its text

	Received *time.Time `json:"received"` // null: before the node started, or long ago
}

// headOf reads what comes before the transactions, and counts these.
func headOf(hash chain.BlockHash, text []byte) (headJSON, error) {
	head, colons := text, 0
	for i, c := range text {
		if c != ':' {
			continue
		}
		if colons++; colons == 4 { // number:nonce:parent:coinbase
			head = text[:i]
			break
		}
	}
	b, err := chain.ParseBlock(head)
	if err != nil {
		return headJSON{}, fmt.Errorf("api: block %v: %w", hash, err)
	}
	return headJSON{
		Number: b.Number, Hash: hash.String(), Parent: b.Parent.String(), Coinbase: b.Coinbase.String(), Nonce: b.Nonce,
		Transactions: bytes.Count(text[len(head):], []byte{':'}), Size: len(text),
	}, nil
}

// The page of a list.
const (
	aPage    = 20
	mostPage = 100
)

// mostBytes bounds the texts of the blocks of one page.
const mostBytes = 16 << 20

type blocksJSON struct {
	Blocks []headJSON `json:"blocks"`
	Next   *uint64    `json:"next"`
}

// blocks lists the chain downwards.
func (s *Server) blocks(r *http.Request) (int, any, error) {
	q, err := parseQuery(r, "from", "limit")
	if err != nil {
		return 0, nil, err
	}
	limit, err := q.number("limit", aPage, 1, mostPage)
	if err != nil {
		return 0, nil, err
	}
	from, err := q.number("from", most, 0, most)
	if err != nil {
		return 0, nil, err
	}
	list := blocksJSON{Blocks: []headJSON{}}
	err = s.backend.Store.View(func(view store.Reader) error {
		tip, _, _, err := blocktree.StoredTip(view)
		if err != nil {
			return err
		}
		bytes := 0
		for number := min(from, tip); ; number-- {
			if len(list.Blocks) == int(limit) || bytes > mostBytes {
				list.Next = &number
				return nil
			}
			hash, text, err := storedAt(view, number)
			if err != nil {
				return err
			}
			head, err := headOf(hash, text)
			if err != nil {
				return err
			}
			head.Received = s.recent.received(hash)
			list.Blocks = append(list.Blocks, head)
			if bytes += len(text); number == 0 {
				return nil
			}
		}
	})
	return http.StatusOK, list, err
}

// most is the largest number.
const most = 1<<64 - 1

// storedAt is the chain's block of a number that is not beyond the tip.
func storedAt(view store.Reader, number uint64) (hash chain.BlockHash, text []byte, err error) {
	hash, ok, err := blocktree.StoredHashAt(view, number)
	if err != nil {
		return hash, nil, err
	}
	if ok {
		text, ok = blocktree.StoredText(view, hash)
	}
	if !ok {
		return hash, nil, fmt.Errorf("api: block %d: %w", number, blocktree.ErrCorrupt)
	}
	return hash, text, nil
}

type blockJSON struct {
	headJSON
	Transactions []transactionJSON `json:"transactions"`
	OnChain      bool              `json:"on_chain"`
}

// block is one block, of the chain or of a side branch.
func (s *Server) block(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	name := r.PathValue("block")
	var hash chain.BlockHash
	number, isNumber := decimal(name)
	if !isNumber && !unhex(name, hash[:]) {
		return 0, nil, badParameter("block", name, "a number, or 64 hex digits in lower case")
	}
	var text []byte
	onChain, found := isNumber, true
	err := s.backend.Store.View(func(view store.Reader) (err error) {
		if isNumber {
			if hash, found, err = blocktree.StoredHashAt(view, number); err != nil || !found {
				return err
			}
		}
		if text, found = blocktree.StoredText(view, hash); !found || onChain {
			return nil
		}
		head, err := headOf(hash, text)
		if err != nil {
			return err
		}
		at, ok, err := blocktree.StoredHashAt(view, head.Number)
		onChain = ok && at == hash
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	if !found {
		return 0, nil, notFound("block " + cut(name))
	}
	value, err := blockOf(hash, text)
	value.OnChain, value.Received = onChain, s.recent.received(hash)
	return http.StatusOK, value, err
}

func blockOf(hash chain.BlockHash, text []byte) (blockJSON, error) {
	head, err := headOf(hash, text)
	if err != nil {
		return blockJSON{}, err
	}
	b, err := chain.ParseBlock(text)
	value := blockJSON{headJSON: head, Transactions: []transactionJSON{}}
	for _, tx := range b.Transactions {
		value.Transactions = append(value.Transactions, transactionOf(tx))
	}
	return value, err
}
