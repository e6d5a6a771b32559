package boundary

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"strata/chain"
	"strata/mempool"
)

// errPacked reports bytes that are no transactions.
var errPacked = fmt.Errorf("want %d bytes for each transaction", packedTx)

// Some values have a second form, for the side that says it is compact: what layers in Go hand over most often goes as the bytes
// of its fields, and not as a text.

// How long they are: a transaction's keys, nonce, amount and signature; an account's key, balance and nonce; the number and the
// hash that a state begins with; the number, the nonce and the two keys that a block begins with.
const (
	packedTx      = 32 + 32 + 8 + 8 + 64
	packedAccount = 32 + 8 + 8
	packedState   = 8 + 32
	packedBlock   = 8 + 8 + 32 + 32
)

func appendTx(b []byte, tx *mempool.Transaction) []byte {
	b = append(append(b, tx.Sender[:]...), tx.Recipient[:]...)
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, tx.Nonce), tx.Amount)
	return append(b, tx.Signature[:]...)
}

// unpackTxs are transactions that were packed, one after the other.
func (l *Link) unpackTxs(b []byte) []mempool.Transaction {
	if len(b)%packedTx != 0 {
		l.wrongText("transactions", string(b), errPacked)
	}
	txs := make([]mempool.Transaction, 0, len(b)/packedTx)
	for ; len(b) > 0; b = b[packedTx:] {
		tx := mempool.Transaction{Nonce: binary.BigEndian.Uint64(b[64:]), Amount: binary.BigEndian.Uint64(b[72:])}
		copy(tx.Sender[:], b)
		copy(tx.Recipient[:], b[32:])
		copy(tx.Signature[:], b[80:])
		txs = append(txs, tx)
	}
	return txs
}

// tx is a transaction as it goes over the boundary.
func (l *Link) tx(tx mempool.Transaction) any {
	if l.compact {
		return appendTx(make([]byte, 0, packedTx), &tx)
	}
	return string(tx.Text())
}

// txs are several.
func (l *Link) txs(txs []mempool.Transaction) any {
	if !l.compact {
		return texts(txs)
	}
	b := make([]byte, 0, len(txs)*packedTx)
	for i := range txs {
		b = appendTx(b, &txs[i])
	}
	return b
}

// block is one that was built.
func (l *Link) block(b chain.Block) any {
	if !l.compact {
		return string(b.Text())
	}
	packed := make([]byte, 0, packedBlock+len(b.Transactions)*packedTx)
	packed = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(packed, b.Number), b.Nonce)
	packed = append(append(packed, b.Parent[:]...), b.Coinbase[:]...)
	for i := range b.Transactions {
		packed = appendTx(packed, &b.Transactions[i])
	}
	return packed
}

// coinbase is the key that a block's reward goes to.
func (l *Link) coinbase(key mempool.PublicKey) any {
	if l.compact {
		return key[:]
	}
	return key.String()
}

// askBlock asks for a block to be built.
func (l *Link) askBlock(ref int, args []any) chain.Block {
	if !l.compact {
		var text string
		l.ask(&text, callBuild, ref, args...)
		b, err := chain.ParseBlock([]byte(text))
		if err != nil {
			l.wrongText("a block", text, err)
		}
		return b
	}
	var packed []byte
	l.ask(&packed, callBuild, ref, args...)
	if len(packed) < packedBlock {
		l.wrongText("a block", string(packed), errPacked)
	}
	b := chain.Block{
		Number: binary.BigEndian.Uint64(packed), Nonce: binary.BigEndian.Uint64(packed[8:]),
		Parent: chain.BlockHash(packed[16:48]), Coinbase: mempool.PublicKey(packed[48:packedBlock]),
	}
	if txs := packed[packedBlock:]; len(txs) > 0 {
		b.Transactions = l.unpackTxs(txs)
	}
	return b
}

// askTxs asks for transactions.
func (l *Link) askTxs(ref int) []mempool.Transaction {
	if l.compact {
		var packed []byte
		l.ask(&packed, callTransactions, ref)
		return l.unpackTxs(packed)
	}
	var list []string
	l.ask(&list, callTransactions, ref)
	return l.transactions(list)
}

// appendState adds the block that a state is after, and accounts.
func appendState(b []byte, s *chain.State, accounts []chain.Change) []byte {
	hash := s.Hash()
	b = append(binary.BigEndian.AppendUint64(b, s.Number()), hash[:]...)
	for _, c := range accounts {
		b = append(b, c.Key[:]...)
		b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, c.Account.Balance), c.Account.Nonce)
	}
	return b
}

// unpacked is the state that came last. The next one is often the same: many blocks are built and tried on one.
type unpacked struct {
	packed []byte
	base   *chain.State // nobody writes to it: layers get forks
}

// state is what an argument has packed. It is not the caller's to write to.
func (u *unpacked) state(a arguments, n int) *chain.State {
	packed := a.packed(n)
	if u.base == nil || !bytes.Equal(u.packed, packed) {
		base := chain.NewState()
		a.unpackState(n, base)
		u.packed, u.base = bytes.Clone(packed), base
	}
	return u.base
}

// unpackState does to a state what was packed.
func (a arguments) unpackState(n int, s *chain.State) {
	b := a.packed(n)
	if len(b) < packedState || (len(b)-packedState)%packedAccount != 0 {
		a.wrong(n, "want the number and the hash of a block, and accounts")
	}
	number, hash := binary.BigEndian.Uint64(b), chain.BlockHash(b[8:packedState])
	for b = b[packedState:]; len(b) > 0; b = b[packedAccount:] {
		account := chain.Account{Balance: binary.BigEndian.Uint64(b[32:]), Nonce: binary.BigEndian.Uint64(b[40:])}
		s.SetAccount(mempool.PublicKey(b[:32]), account)
	}
	s.Advance(number, hash)
}
