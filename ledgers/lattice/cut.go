package lattice

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"strata/ledgers"
)

// Cut is where all accounts stood at one moment: their cemented heads, and what was pending between them.
type Cut struct {
	Chain   ledgers.ChainID
	Made    uint64    // seconds since 1970
	Heads   []*Placed // one an account, in ascending order of accounts
	Pending []Entry   // in ascending order of keys
}

// Entry is a pending entry with its key.
type Entry struct {
	Key
	From   Account
	Amount Amount
}

// MaxCut bounds the encoding of a cut, in bytes.
const MaxCut = 64 << 20

// Sizes of what a cut has, in bytes.
const (
	headSize  = 8 + 1 + 16 + BlockSize
	entrySize = 32 + 32 + 32 + 16
)

// Cut is where the ledger stands now. What is not cemented is not in it.
func (b *Book) Cut(now time.Time) *Cut {
	c := &Cut{Chain: b.chain, Made: uint64(max(0, now.Unix()))}
	for _, of := range b.order {
		if head := b.Cemented(of); head != nil {
			c.Heads = append(c.Heads, head)
		}
	}
	for to, entries := range b.pending { // sorted below
		for send, p := range entries {
			c.Pending = append(c.Pending, Entry{Key{to, send}, p.From, p.Amount})
		}
	}
	slices.SortFunc(c.Pending, func(x, y Entry) int { return compareKeys(x.Key, y.Key) })
	return c
}

func compareKeys(x, y Key) int {
	return cmp.Or(CompareAccounts(x.To, y.To), bytes.Compare(x.Send[:], y.Send[:]))
}

// Encode is the cut's encoding: chain, time, the number of heads and each as height, kind, amount and block, the number
// of entries and each as recipient, send, sender and amount.
func (c *Cut) Encode() []byte {
	out := make([]byte, 0, 32+8+4+len(c.Heads)*headSize+4+len(c.Pending)*entrySize)
	out = binary.BigEndian.AppendUint64(append(out, c.Chain[:]...), c.Made)
	out = binary.BigEndian.AppendUint32(out, uint32(len(c.Heads)))
	for _, p := range c.Heads {
		out = append(binary.BigEndian.AppendUint64(out, p.Height), byte(p.Kind))
		out = append(p.Amount.Append(out), p.Block.Encode()...)
	}
	out = binary.BigEndian.AppendUint32(out, uint32(len(c.Pending)))
	for _, e := range c.Pending {
		out = append(append(append(out, e.To[:]...), e.Send[:]...), e.From[:]...)
		out = e.Amount.Append(out)
	}
	return out
}

// decodeCut reads a cut. Heads and entries have to be in order, each once.
func decodeCut(d *ledgers.Decoder) *Cut {
	c := &Cut{}
	d.Into(c.Chain[:])
	c.Made = d.Uint64()
	for n := several(d, headSize); n > 0 && d.OK(); n-- {
		p := &Placed{Height: d.Uint64(), Kind: Kind(d.Uint8()), Amount: Amount{d.Uint64(), d.Uint64()}, Block: decodeBlock(d)}
		p.Hash = p.Block.Hash(c.Chain)
		if last := len(c.Heads) - 1; last >= 0 && CompareAccounts(c.Heads[last].Account, p.Account) >= 0 {
			d.Fail(fmt.Errorf("account %d is out of order", last+1))
		}
		if p.Height == 0 || p.Kind < Open || p.Kind > Change {
			d.Fail(fmt.Errorf("account %d has height %d and %s", len(c.Heads), p.Height, p.Kind))
		}
		c.Heads = append(c.Heads, p)
	}
	for n := several(d, entrySize); n > 0 && d.OK(); n-- {
		var e Entry
		d.Into(e.To[:])
		d.Into(e.Send[:])
		d.Into(e.From[:])
		e.Amount = Amount{d.Uint64(), d.Uint64()}
		if last := len(c.Pending) - 1; last >= 0 && compareKeys(c.Pending[last].Key, e.Key) >= 0 {
			d.Fail(fmt.Errorf("entry %d is out of order", last+1))
		}
		c.Pending = append(c.Pending, e)
	}
	return c
}

// several reads how many fields of a size follow. Their number is the sender's claim: they have to be there.
func several(d *ledgers.Decoder, size int) int {
	n := int64(d.Uint32())
	if n*int64(size) > int64(d.Left()) {
		d.Fail(fmt.Errorf("%d entries are said to follow, and %d bytes do", n, d.Left()))
		return 0
	}
	return int(n)
}

// Root names the cut: the SHA-256 of its encoding.
func (c *Cut) Root() Hash { return sha256.Sum256(c.Encode()) }

// Blocks is how many blocks are cemented in the cut.
func (c *Cut) Blocks() (n uint64) {
	for _, p := range c.Heads {
		n += p.Height
	}
	return n
}

// Weight is the weight of a representative by the cut (LAT-5).
func (c *Cut) Weight(of Account) (sum Amount) {
	for _, p := range c.Heads {
		if p.Representative == of {
			sum = sum.Plus(p.Balance)
		}
	}
	return sum
}

// held is what all representatives weigh together.
func (c *Cut) held() (sum Amount) {
	for _, p := range c.Heads {
		sum = sum.Plus(p.Balance)
	}
	return sum
}

// errSupply reports a cut that makes money, or loses it.
var errSupply = errors.New("balances and pending entries are not the supply")

// sound says whether balances and pending entries are the supply (LAT-3).
func (c *Cut) sound(supply Amount) bool {
	var sum Amount
	fits := true
	add := func(a Amount) {
		if fits {
			sum, fits = sum.Add(a)
		}
	}
	for _, p := range c.Heads {
		add(p.Balance)
	}
	for _, e := range c.Pending {
		add(e.Amount)
	}
	return fits && sum == supply
}

// Agrees says whether the ledger has come to where the cut is: whether it has cemented every head, and what was pending
// then is what the cut says (LAT-11). The ledger may be further. Errors: ErrNotHere if it does not have, or not have any
// longer, what it needs to tell; ErrCheckpoint if the cut is wrong.
func (b *Book) Agrees(c *Cut) error {
	switch {
	case c.Chain != b.chain:
		return fmt.Errorf("%w: it is of chain %s", ErrCheckpoint, c.Chain)
	case !c.sound(b.supply):
		return fmt.Errorf("%w: %w", ErrCheckpoint, errSupply)
	}
	at := map[Account]uint64{}
	for _, p := range c.Heads {
		ours := b.At(p.Account, p.Height)
		switch {
		case ours == nil || !b.IsCemented(ours):
			return fmt.Errorf("%w: block %d of %s", ErrNotHere, p.Height, Address(p.Account))
		case ours.Hash != p.Hash || ours.Kind != p.Kind || ours.Amount != p.Amount ||
			ours.Signature != p.Signature && !p.Verify(b.chain): // of what the hash leaves out, another copy may differ
			return fmt.Errorf("%w: block %d of %s is another one here", ErrCheckpoint, p.Height, Address(p.Account))
		}
		at[p.Account] = p.Height
	}
	pending, err := b.pendingAt(at)
	if err != nil {
		return err
	}
	for _, e := range c.Pending {
		if pending[e.Key] != (Pending{From: e.From, Amount: e.Amount}) {
			return fmt.Errorf("%w: what it says is pending for %s was not", ErrCheckpoint, Address(e.To))
		}
	}
	if len(pending) != len(c.Pending) {
		return fmt.Errorf("%w: it leaves out %d pending entries", ErrCheckpoint, len(pending)-len(c.Pending))
	}
	return nil
}

// pendingAt is what was pending when the accounts had those heights. It goes back from what is pending now: first what
// was received since comes again, then what was sent since goes.
func (b *Book) pendingAt(at map[Account]uint64) (map[Key]Pending, error) {
	all := map[Key]Pending{}
	for to, entries := range b.pending { // into a map
		for send, p := range entries {
			all[Key{to, send}] = Pending{From: p.From, Amount: p.Amount}
		}
	}
	var sent []Key
	for _, of := range b.order {
		for height := at[of] + 1; height <= b.CementedHeight(of); height++ {
			p := b.At(of, height)
			if p == nil {
				return nil, fmt.Errorf("%w: block %d of %s was pruned", ErrNotHere, height, Address(of))
			}
			switch {
			case p.Kind == Send:
				sent = append(sent, Key{To: p.Link, Send: p.Hash})
			case p.Receives() && p.Link != (Hash{}):
				source := b.Block(p.Link)
				if source == nil {
					return nil, fmt.Errorf("%w: the send %x was pruned", ErrNotHere, p.Link)
				}
				all[p.Source()] = Pending{From: source.Account, Amount: p.Amount}
			}
		}
	}
	for _, k := range sent {
		delete(all, k)
	}
	return all, nil
}

// Begin makes a ledger that has nothing but genesis what the cut says. The cut was checked before.
func (b *Book) Begin(c *Cut) {
	supply := b.supply
	*b = Book{
		chain: c.Chain, supply: supply, accounts: map[Account]*account{}, blocks: map[Hash]*Placed{},
		pending: map[Account]map[Hash]*Pending{}, weights: map[Account]Amount{},
	}
	for _, p := range c.Heads {
		b.accounts[p.Account] = &account{blocks: []*Placed{p}, base: p.Height - 1, cemented: p.Height}
		b.order = append(b.order, p.Account)
		b.blocks[p.Hash] = p
		named := p.Representative
		b.weights[named] = b.weights[named].Plus(p.Balance)
		b.total(p, false)
		b.digest.Position += p.Height
	}
	for _, e := range c.Pending {
		b.Put(e.Key, Pending{From: e.From, Amount: e.Amount})
	}
}
