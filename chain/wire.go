package chain

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"strata/mempool"
)

// maxHeader is the length of the longest text of a block without transactions.
const maxHeader = 20 + 1 + 20 + 1 + 2*len(BlockHash{}) + 1 + 2*len(mempool.PublicKey{})

// MaxText is the length in bytes of the longest text that a block of the chain can have. What is
// longer need not be parsed.
func (p Params) MaxText() int { return maxHeader + p.MaxTransactions*(1+mempool.MaxText) }

// AppendText appends the canonical text `number:nonce:parent:coinbase[:tx]...` (CHN-1) to buf and
// returns the longer slice.
func (b Block) AppendText(buf []byte) []byte {
	buf = strconv.AppendUint(buf, b.Number, 10)
	buf = append(buf, ':')
	buf = strconv.AppendUint(buf, b.Nonce, 10)
	buf = append(buf, ':')
	buf = hex.AppendEncode(buf, b.Parent[:])
	buf = append(buf, ':')
	buf = hex.AppendEncode(buf, b.Coinbase[:])
	for _, tx := range b.Transactions {
		buf = append(buf, ':')
		buf = tx.AppendText(buf)
	}
	return buf
}

// Text is the canonical text. The slice is the caller's.
func (b Block) Text() []byte {
	return b.AppendText(make([]byte, 0, maxHeader+len(b.Transactions)*(1+mempool.MaxText)))
}

// Hash is the SHA-256 of the text. It costs a pass over the whole block: Seal one that is asked
// for it often.
func (b Block) Hash() BlockHash { return HashOf(b.Text()) }

// ParseBlock reads a text that is canonical to the last byte (CHN-1). It keeps nothing of text
// and allocates in proportion to it. Neither proof of work nor signatures are checked, nor the
// number of transactions. The error wraps ErrMalformed.
func ParseBlock(text []byte) (Block, error) {
	var b Block
	f := mempool.NewFields(text, ':')
	b.Number = f.Uint64("number")
	b.Nonce = f.Uint64("nonce")
	f.Hex("parent", b.Parent[:])
	f.Hex("coinbase", b.Coinbase[:])
	if f.More() {
		// By length, not by separators: a megabyte of colons promises a million transactions.
		b.Transactions = make([]mempool.Transaction, 0, len(text)/mempool.MinText)
	}
	for f.More() {
		tx, err := mempool.ParseTransaction(f.Next("transaction"))
		if err != nil {
			return Block{}, fmt.Errorf("%w: transaction %d: %w", ErrMalformed, len(b.Transactions), err)
		}
		b.Transactions = append(b.Transactions, tx)
	}
	if err := f.Err(); err != nil {
		return Block{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return b, nil
}

// MeetsDifficulty says whether the hash starts with Difficulty zero hex digits (CHN-3).
func (p Params) MeetsDifficulty(h BlockHash) bool {
	whole := p.Difficulty / 2 // two digits a byte
	for _, b := range h[:whole] {
		if b != 0 {
			return false
		}
	}
	return p.Difficulty%2 == 0 || h[whole]>>4 == 0
}
