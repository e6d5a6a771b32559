package blocktree

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"strata/chain"
	"strata/mempool"
	"strata/node/store"
)

// What the store holds. Integers are big-endian, so that the order of keys is that of numbers.
const (
	bucketBlocks   store.Bucket = "blocks"   // hash -> text; every connected block
	bucketNumbers  store.Bucket = "numbers"  // number -> hash; the chain
	bucketUndo     store.Bucket = "undo"     // number -> number | hash | (key | balance | nonce)...; the chain, see Config.KeepUndo
	bucketAccounts store.Bucket = "accounts" // key -> balance | nonce; after the tip
	bucketInvalid  store.Bucket = "invalid"  // counter -> hash
	bucketMeta     store.Bucket = "meta"     // "params" -> text; "tip" -> number | hash; "undo" -> the least number in undo, 1 if there is none
)

var (
	keyTip    = []byte("tip")
	keyParams = []byte("params")
	keyUndo   = []byte("undo")
)

const (
	hashSize    = len(chain.BlockHash{})
	tipSize     = 8 + hashSize
	keySize     = len(mempool.PublicKey{})
	accountSize = 8 + 8
	changeSize  = keySize + accountSize
)

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func putBlock(w store.Writer, k *chain.Sealed) {
	hash := k.Hash()
	w.Put(bucketBlocks, hash[:], k.Text())
}

func readBlock(r store.Reader, hash chain.BlockHash) (*chain.Sealed, error) {
	text, ok := r.Get(bucketBlocks, hash[:])
	if !ok {
		return nil, fmt.Errorf("%w: block %v is missing", ErrCorrupt, hash)
	}
	b, err := chain.ParseSealed(text, hash)
	if err != nil {
		return nil, fmt.Errorf("%w: block %v: %w", ErrCorrupt, hash, err)
	}
	return &b, nil
}

func putTip(w store.Writer, number uint64, hash chain.BlockHash) {
	w.Put(bucketMeta, keyTip, append(numberKey(number), hash[:]...))
}

func readTip(r store.Reader) (number uint64, hash chain.BlockHash, ok bool, err error) {
	value, ok := r.Get(bucketMeta, keyTip)
	if !ok {
		return 0, hash, false, nil
	}
	if len(value) != tipSize {
		return 0, hash, true, fmt.Errorf("%w: the tip has %d bytes, want %d", ErrCorrupt, len(value), tipSize)
	}
	copy(hash[:], value[8:])
	return binary.BigEndian.Uint64(value), hash, true, nil
}

// putOnChain makes the block that of its number, and keeps what undoes it.
func putOnChain(w store.Writer, k *chain.Sealed, u chain.Undo) {
	hash := k.Hash()
	w.Put(bucketNumbers, numberKey(k.Number), hash[:])
	value := append(numberKey(u.Number), u.Hash[:]...)
	for _, c := range u.Accounts {
		value = append(value, c.Key[:]...)
		value = appendAccount(value, c.Account)
	}
	w.Put(bucketUndo, numberKey(k.Number), value)
}

// readUndo reads what takes the state back over the chain's block of that number.
func readUndo(r store.Reader, number uint64) (chain.Undo, error) {
	value, ok := r.Get(bucketUndo, numberKey(number))
	if !ok || len(value) < tipSize || (len(value)-tipSize)%changeSize != 0 {
		return chain.Undo{}, fmt.Errorf("%w: undo data of block %d", ErrCorrupt, number)
	}
	u := chain.Undo{Number: binary.BigEndian.Uint64(value)}
	copy(u.Hash[:], value[8:])
	for rest := value[tipSize:]; len(rest) > 0; rest = rest[changeSize:] {
		u.Accounts = append(u.Accounts, chain.Change{
			Key:     mempool.PublicKey(rest[:keySize]),
			Account: account(rest[keySize:changeSize]),
		})
	}
	return u, nil
}

// putAccount stores an account; one that was never touched has no record.
func putAccount(w store.Writer, c chain.Change) {
	if c.Account == (chain.Account{}) {
		w.Delete(bucketAccounts, c.Key[:])
		return
	}
	w.Put(bucketAccounts, bytes.Clone(c.Key[:]), appendAccount(nil, c.Account))
}

func appendAccount(b []byte, a chain.Account) []byte {
	b = binary.BigEndian.AppendUint64(b, a.Balance)
	return binary.BigEndian.AppendUint64(b, a.Nonce)
}

// account reads accountSize bytes.
func account(b []byte) chain.Account {
	return chain.Account{Balance: binary.BigEndian.Uint64(b), Nonce: binary.BigEndian.Uint64(b[8:])}
}

func paramsText(p chain.Params) []byte {
	return fmt.Appendf(nil, "difficulty %d, block reward %d, %d transactions a block", p.Difficulty, p.BlockReward, p.MaxTransactions)
}

// block finds a connected block. A block that is there and cannot be read is damage, and not unknown.
func (t *Tree) block(hash chain.BlockHash) (k *chain.Sealed, ok bool) {
	if k := t.fresh[hash]; k != nil {
		return k, true
	}
	err := t.view(func(r store.Reader) (err error) {
		if _, ok = r.Get(bucketBlocks, hash[:]); ok {
			k, err = readBlock(r, hash)
		}
		return err
	})
	return k, ok && err == nil
}

// onChain says whether the chain's block of that number has that hash.
func (t *Tree) onChain(number uint64, hash chain.BlockHash) bool {
	found, ok := t.HashAt(number)
	return ok && found == hash
}

// Block finds a connected block, of the chain or of a side branch.
func (t *Tree) Block(hash chain.BlockHash) (chain.Sealed, bool) {
	k, ok := t.block(hash)
	if !ok {
		return chain.Sealed{}, false
	}
	return *k, true
}

// BlockText is the canonical text of a connected block. It is not to be modified.
func (t *Tree) BlockText(hash chain.BlockHash) (text []byte, ok bool) {
	err := t.view(func(r store.Reader) error {
		text, ok = r.Get(bucketBlocks, hash[:])
		return nil
	})
	return text, ok && err == nil
}

// HashAt is the hash of the chain's block of that number.
func (t *Tree) HashAt(number uint64) (hash chain.BlockHash, ok bool) {
	if number > t.state.Number() {
		return hash, false
	}
	err := t.view(func(r store.Reader) error {
		value, _ := r.Get(bucketNumbers, numberKey(number))
		if len(value) != hashSize {
			return fmt.Errorf("%w: hash of block %d", ErrCorrupt, number)
		}
		copy(hash[:], value)
		return nil
	})
	return hash, err == nil
}

// storeFresh stores what is connected and did not become part of the chain.
func (t *Tree) storeFresh() error {
	if len(t.fresh) == 0 {
		return nil
	}
	return t.update(func(w store.Writer) error {
		for _, k := range t.fresh {
			putBlock(w, k)
		}
		return nil
	})
}
