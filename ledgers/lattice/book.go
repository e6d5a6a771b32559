package lattice

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"

	"strata/ledgers"
)

// Placed is a block in its place.
type Placed struct {
	*Block
	Hash   Hash
	Kind   Kind
	Height uint64 // 1 for the first of its account
	Amount Amount // that it sends, or receives; nothing for a change
}

// Receives says whether it takes a pending entry.
func (p *Placed) Receives() bool { return p.Kind == Open || p.Kind == Receive }

// Source is the pending entry that it takes, if it receives.
func (p *Placed) Source() Key { return Key{p.Account, p.Link} }

// Key names a pending entry: to whom, by which send.
type Key struct {
	To   Account
	Send Hash
}

// Pending is an amount on its way. By is the block that receives it and is not cemented; zero if there is none.
type Pending struct {
	From   Account
	Amount Amount
	By     Hash
}

// account is one chain. What was pruned is at its front: blocks[0] has height base+1.
type account struct {
	blocks   []*Placed
	base     uint64
	cemented uint64
}

// Book is all accounts, and what is pending between them. It does as it is told: whether a block may go in is asked
// before. Balances at the cemented heads and pending entries sum to the supply (LAT-3).
type Book struct {
	chain    ledgers.ChainID
	supply   Amount
	accounts map[Account]*account
	order    []Account // in ascending order
	blocks   map[Hash]*Placed
	pending  map[Account]map[Hash]*Pending
	weights  map[Account]Amount
	digest   ledgers.Digest
	loose    int
	xor      Hash // of the hashes of what is not cemented
}

// NewBook is the ledger that genesis begins with.
func NewBook(g *Genesis) *Book {
	b := &Book{
		chain: g.Chain(), supply: g.Supply(), accounts: map[Account]*account{}, blocks: map[Hash]*Placed{},
		pending: map[Account]map[Hash]*Pending{}, weights: map[Account]Amount{},
	}
	for _, block := range g.Blocks() {
		b.Add(&Placed{Block: block, Hash: block.Hash(b.chain), Kind: Open, Height: 1, Amount: block.Balance})
		b.Cement(block.Account)
	}
	return b
}

// Chain is the ledger's.
func (b *Book) Chain() ledgers.ChainID { return b.chain }

// Supply is all that there is, and never changes.
func (b *Book) Supply() Amount { return b.supply }

// Block is a block of the ledger; nil if it has none of that hash.
func (b *Book) Block(hash Hash) *Placed { return b.blocks[hash] }

// Head is the newest block of an account, cemented or not; nil if there is none.
func (b *Book) Head(of Account) *Placed {
	a := b.accounts[of]
	if a == nil {
		return nil
	}
	return a.blocks[len(a.blocks)-1]
}

// At is an account's block of a height; nil if there is none, or it was pruned.
func (b *Book) At(of Account, height uint64) *Placed {
	a := b.accounts[of]
	if a == nil || height <= a.base || height > a.base+uint64(len(a.blocks)) {
		return nil
	}
	return a.blocks[height-a.base-1]
}

// Cemented is the newest cemented block of an account; nil if there is none.
func (b *Book) Cemented(of Account) *Placed { return b.At(of, b.CementedHeight(of)) }

// CementedHeight is how many blocks of an account are cemented.
func (b *Book) CementedHeight(of Account) uint64 {
	if a := b.accounts[of]; a != nil {
		return a.cemented
	}
	return 0
}

// IsCemented says whether a block of the ledger is cemented.
func (b *Book) IsCemented(p *Placed) bool { return p.Height <= b.CementedHeight(p.Account) }

// In is the block in a place; nil if there is none.
func (b *Book) In(root Root) *Placed {
	if root.Previous == (Hash{}) {
		return b.At(root.Account, 1)
	}
	previous := b.blocks[root.Previous]
	if previous == nil || previous.Account != root.Account {
		return nil
	}
	return b.At(root.Account, previous.Height+1)
}

// Pending is an entry; false if there is none.
func (b *Book) Pending(k Key) (Pending, bool) {
	if p := b.pending[k.To][k.Send]; p != nil {
		return *p, true
	}
	return Pending{}, false
}

// PendingTo lists the sends of an account's pending entries in ascending order.
func (b *Book) PendingTo(to Account) []Hash {
	return slices.SortedFunc(maps.Keys(b.pending[to]), func(x, y Hash) int { return bytes.Compare(x[:], y[:]) })
}

// Weight is the sum of the balances at the cemented heads that name the representative (LAT-5).
func (b *Book) Weight(of Account) Amount { return b.weights[of] }

// Representatives lists all that have weight, the heaviest first.
func (b *Book) Representatives() []Account {
	return slices.SortedFunc(maps.Keys(b.weights), func(x, y Account) int {
		return cmp.Or(b.weights[y].Cmp(b.weights[x]), CompareAccounts(x, y))
	})
}

// Digest is the number of cemented blocks, and the sum of the hashes of all cemented heads (LED-5).
func (b *Book) Digest() ledgers.Digest { return b.digest }

// Loose is how many blocks are not cemented, and the xor of their hashes.
func (b *Book) Loose() (n int, xor Hash) { return b.loose, b.xor }

// Accounts lists all accounts in ascending order. Do not modify it.
func (b *Book) Accounts() []Account { return b.order }

// Settled is the sum of all balances at cemented heads and of all that is pending: the supply (LAT-3).
func (b *Book) Settled() (sum Amount) {
	for _, of := range b.order {
		if head := b.Cemented(of); head != nil {
			sum = sum.Plus(head.Balance)
		}
	}
	for _, entries := range b.pending { // a sum has no order
		for _, p := range entries {
			sum = sum.Plus(p.Amount)
		}
	}
	return sum
}

// Add puts a block on its account's head. It is not cemented.
func (b *Book) Add(p *Placed) {
	a := b.accounts[p.Account]
	if a == nil {
		a = &account{}
		b.accounts[p.Account] = a
		at, _ := slices.BinarySearchFunc(b.order, p.Account, CompareAccounts)
		b.order = slices.Insert(b.order, at, p.Account)
	}
	a.blocks = append(a.blocks, p)
	b.blocks[p.Hash] = p
	b.count(p, 1)
}

// CompareAccounts is the order of accounts: that of their bytes.
func CompareAccounts(x, y Account) int { return bytes.Compare(x[:], y[:]) }

func (b *Book) count(p *Placed, n int) {
	b.loose += n
	for i := range b.xor {
		b.xor[i] ^= p.Hash[i]
	}
}

// Drop takes the head off an account; it is not cemented.
func (b *Book) Drop(of Account) {
	a := b.accounts[of]
	p := a.blocks[len(a.blocks)-1]
	a.blocks = a.blocks[:len(a.blocks)-1]
	delete(b.blocks, p.Hash)
	b.count(p, -1)
	if len(a.blocks) == 0 {
		delete(b.accounts, of)
		at, _ := slices.BinarySearchFunc(b.order, of, CompareAccounts)
		b.order = slices.Delete(b.order, at, at+1)
	}
}

// Reserve marks an entry as that which a block receives; a zero block frees it.
func (b *Book) Reserve(k Key, by Hash) {
	if p := b.pending[k.To][k.Send]; p != nil {
		p.By = by
	}
}

// Put makes a pending entry.
func (b *Book) Put(k Key, p Pending) {
	if b.pending[k.To] == nil {
		b.pending[k.To] = map[Hash]*Pending{}
	}
	b.pending[k.To][k.Send] = &p
}

// Take takes a pending entry away.
func (b *Book) Take(k Key) {
	delete(b.pending[k.To], k.Send)
	if len(b.pending[k.To]) == 0 {
		delete(b.pending, k.To)
	}
}

// Cement cements the next block of an account: weights and digest change. Pending entries do not.
func (b *Book) Cement(of Account) {
	a := b.accounts[of]
	if old := b.Cemented(of); old != nil {
		b.weights[old.Representative] = b.weights[old.Representative].Minus(old.Balance)
		b.total(old, true)
	}
	a.cemented++
	p := b.Cemented(of)
	b.weights[p.Representative] = b.weights[p.Representative].Plus(p.Balance)
	b.total(p, false)
	b.digest.Position++
	b.count(p, -1)
}

// total adds the hash of a cemented head to the digest, or takes it away: modulo 2^256, big-endian.
func (b *Book) total(p *Placed, away bool) {
	text := binary.BigEndian.AppendUint64(append([]byte(nil), p.Account[:]...), p.Height)
	head := sha256.Sum256(append(text, p.Hash[:]...))
	var carry uint64
	for i := 24; i >= 0; i -= 8 {
		x, y := binary.BigEndian.Uint64(b.digest.Hash[i:]), binary.BigEndian.Uint64(head[i:])
		if away {
			x, carry = bits.Sub64(x, y, carry)
		} else {
			x, carry = bits.Add64(x, y, carry)
		}
		binary.BigEndian.PutUint64(b.digest.Hash[i:], x)
	}
}

// Prune deletes blocks of an account below both its cemented head and its newest keep blocks, from the oldest on, and
// says how many. It stops at a send whose entry is pending (LAT-9).
func (b *Book) Prune(of Account, keep int) (deleted int) {
	a := b.accounts[of]
	for a != nil && len(a.blocks) > keep && a.base+1 < a.cemented {
		oldest := a.blocks[0]
		if _, pending := b.pending[oldest.Link][oldest.Hash]; pending && oldest.Kind == Send {
			break
		}
		delete(b.blocks, oldest.Hash)
		a.blocks, a.base = a.blocks[1:], a.base+1
		deleted++
	}
	return deleted
}
