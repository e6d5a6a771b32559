package lattice

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
)

// cutNow is when the tests' checkpoints are made.
var cutNow = time.Unix(1_800_000_000, 0)

// cutBook has three accounts that represent themselves; the first has sent two amounts to the second, which has received
// the first of them.
func cutBook(g *Genesis) (b *Book, first, second *Placed) {
	b = NewBook(g)
	one, two := g.Accounts[0].Account, g.Accounts[1].Account
	first = sendTo(b, one, 990, two)
	second = sendTo(b, one, 970, two)
	receive(b, two, first)
	return b, first, second
}

func sendTo(b *Book, from Account, left uint64, to Account) *Placed {
	amount := b.Head(from).Balance.Minus(Raw(left))
	p := place(b, from, left, Send, to, amount)
	b.Put(Key{To: to, Send: p.Hash}, Pending{From: from, Amount: amount})
	return p
}

func receive(b *Book, of Account, send *Placed) *Placed {
	kind := Receive
	if b.Head(of) == nil {
		kind = Open
	}
	balance := send.Amount
	if head := b.Head(of); head != nil {
		balance = balance.Plus(head.Balance)
	}
	p := place(b, of, balance.Lo, kind, send.Hash, send.Amount)
	b.Take(p.Source())
	return p
}

// place adds a signed block and cements it.
func place(b *Book, of Account, balance uint64, kind Kind, link Hash, amount Amount) *Placed {
	block := &Block{Account: of, Representative: of, Balance: Raw(balance), Link: link}
	p := &Placed{Block: block, Kind: kind, Height: 1, Amount: amount}
	if head := b.Head(of); head != nil {
		block.Previous, p.Height = head.Hash, head.Height+1
	}
	p.Hash = block.Hash(b.Chain())
	for i := range byte(10) {
		if id := signerOf(i); id.Key() == of {
			block.Signature = id.Sign(p.Hash[:])
		}
	}
	b.Add(p)
	b.Cement(of)
	return p
}

// A ledger that begins with a cut is where the other one stood: digest, weights, pending entries, supply (LAT-11).
func TestCut_BeginsWhereItWasMade_LAT11(t *testing.T) {
	g := testGenesis()
	b, _, second := cutBook(g)
	text := (&SignedCut{Cut: b.Cut(cutNow)}).Encode()
	read, err := DecodeSignedCut(text)
	require.NoError(t, err)
	require.Equal(t, text, read.Encode())
	require.Equal(t, uint64(6), read.Blocks())
	late := NewBook(g)
	late.Begin(read.Cut)
	require.Equal(t, b.Digest(), late.Digest())
	require.Equal(t, b.Accounts(), late.Accounts())
	require.Equal(t, b.Supply(), late.Settled())
	require.Equal(t, b.Representatives(), late.Representatives())
	two := g.Accounts[1].Account
	require.Equal(t, []Hash{second.Hash}, late.PendingTo(two))
	require.Equal(t, b.Weight(two), late.Weight(two))
	require.Equal(t, b.Cut(cutNow).Root(), late.Cut(cutNow).Root())
	third, fourth := receive(b, two, second), receive(late, two, second)
	require.Equal(t, third.Hash, fourth.Hash)
	require.Equal(t, b.Digest(), late.Digest())
}

// A ledger that has gone on agrees with a cut of before, as long as it has what came since.
func TestBook_AgreesWithACutOfBefore_LAT11(t *testing.T) {
	g := testGenesis()
	b, _, second := cutBook(g)
	c := b.Cut(cutNow)
	one, two, newcomer := g.Accounts[0].Account, g.Accounts[1].Account, signerOf(9).Key()
	require.NoError(t, b.Agrees(c))
	receive(b, two, second)
	receive(b, newcomer, sendTo(b, one, 900, newcomer))
	sendTo(b, newcomer, 1, two)
	require.NoError(t, b.Agrees(c))
	require.NoError(t, b.Agrees(b.Cut(cutNow)))
	behind, _, _ := cutBook(g)
	require.ErrorIs(t, behind.Agrees(b.Cut(cutNow)), ErrNotHere)
	b.Prune(one, 1)
	require.ErrorIs(t, b.Agrees(c), ErrNotHere)
	require.NoError(t, b.Agrees(b.Cut(cutNow)))
}

// Nobody signs a cut that says something else than its ledger.
func TestBook_SignsNothingWrong_LAT11(t *testing.T) {
	g := testGenesis()
	id := signerOf(1)
	for name, spoil := range map[string]func(c *Cut){
		"head":       func(c *Cut) { other := *c.Heads[0]; other.Hash[0]++; c.Heads[0] = &other },
		"height":     func(c *Cut) { other := *c.Heads[0]; other.Height--; c.Heads[0] = &other },
		"kind":       func(c *Cut) { other := *c.Heads[0]; other.Kind ^= 1; c.Heads[0] = &other },
		"signature":  func(c *Cut) { c.Heads[0] = spoilt(c.Heads[0]) },
		"left out":   func(c *Cut) { c.Pending = nil },
		"recipient":  func(c *Cut) { c.Pending[0].To[0]++ },
		"sender":     func(c *Cut) { c.Pending[0].From[0]++ },
		"amount":     func(c *Cut) { c.Pending[0].Amount.Lo++ },
		"no account": func(c *Cut) { c.Heads = c.Heads[1:] },
		"chain":      func(c *Cut) { c.Chain[0]++ },
		"time":       func(c *Cut) { c.Made += 3600 },
		"old":        func(c *Cut) { c.Made -= 25 * 3600 },
		"invented": func(c *Cut) {
			c.Pending[0].Amount.Lo--
			e := c.Pending[0]
			e.Send[31]++
			e.Amount = Raw(1)
			c.Pending = append(c.Pending, e)
		},
	} {
		b, _, _ := cutBook(g)
		c := b.Cut(cutNow)
		spoil(c)
		_, err := b.Sign(c, id, cutNow)
		if name == "height" {
			require.Error(t, err, name)
			continue
		}
		require.ErrorIs(t, err, ErrCheckpoint, name)
	}
}

func spoilt(p *Placed) *Placed {
	block, other := *p.Block, *p
	block.Signature[0]++
	other.Block = &block
	return &other
}

// signed is a checkpoint that these have signed, without being asked what they have.
func signed(c *Cut, by ...byte) *SignedCut {
	s := &SignedCut{Cut: c}
	for _, i := range by {
		id := signerOf(i)
		s.Add(CutSignature{id.Key(), id.Sign(cutPreimage(c.Chain, c.Root()))})
	}
	return s
}

// A node begins with a checkpoint of its network, of the root that its operator names, that enough weight has signed, not
// long ago. With anything else it does not.
func TestSignedCut_Check_LAT11(t *testing.T) {
	g := testGenesis()
	b, _, _ := cutBook(g)
	whole := func() *Cut { c := *b.Cut(cutNow); c.Heads = slices.Clone(c.Heads); return &c }
	root := whole().Root()
	later := func(d time.Duration) time.Time { return cutNow.Add(d) }
	require.NoError(t, signed(whole(), 1, 2, 3).Check(g, root, later(MaxCutAge)))

	other := *g
	other.Receive++
	forged := signed(whole(), 1, 2, 3)
	forged.Signatures[1].Signature[0]++
	copied := signed(whole(), 1, 2)
	copied.Add(CutSignature{signerOf(3).Key(), copied.Signatures[0].Signature})
	for name, c := range map[string]struct {
		s    *SignedCut
		g    *Genesis
		root Hash
		now  time.Time
		want string
	}{
		"nobody":          {signed(whole()), g, root, cutNow, "representatives with 0 have signed it, and it takes 2001"},
		"too few":         {signed(whole(), 1, 2), g, root, cutNow, "representatives with 1980 have signed it"},
		"strangers":       {signed(whole(), 1, 2, 7, 8, 9), g, root, cutNow, "representatives with 1980 have signed it"},
		"forged":          {forged, g, root, cutNow, "its signature is wrong"},
		"copied":          {copied, g, root, cutNow, "its signature is wrong"},
		"other network":   {signed(whole(), 1, 2, 3), &other, root, cutNow, "and this network is"},
		"other root":      {signed(whole(), 1, 2, 3), g, Hash{1}, cutNow, "and not 01"},
		"stale":           {signed(whole(), 1, 2, 3), g, root, later(MaxCutAge + time.Second), "which is more than 720h0m0s"},
		"from the future": {signed(whole(), 1, 2, 3), g, root, later(-time.Hour), "1h0m0s from now"},
	} {
		err := c.s.Check(c.g, c.root, c.now)
		require.ErrorIs(t, err, ErrCheckpoint, name)
		require.ErrorContains(t, err, c.want, name)
	}

	money := whole()
	money.Pending = nil
	require.ErrorContains(t, signed(money, 1, 2, 3).Check(g, money.Root(), cutNow), "are not the supply")
	unsigned := whole()
	unsigned.Heads[slices.IndexFunc(unsigned.Heads, func(p *Placed) bool { return p.Height > 1 })] =
		spoilt(unsigned.Heads[slices.IndexFunc(unsigned.Heads, func(p *Placed) bool { return p.Height > 1 })])
	require.ErrorContains(t, signed(unsigned, 1, 2, 3).Check(g, unsigned.Root(), cutNow), "is not signed by it")
	hard := *g
	hard.Send, hard.Receive = ^uint64(0), ^uint64(0)
	c, _, _ := cutBook(&hard)
	idle := signed(c.Cut(cutNow), 1, 2, 3)
	require.ErrorContains(t, idle.Check(&hard, idle.Root(), cutNow), "has too little work")
}

// Where genesis lets a small share decide, more than half of the weight has to sign all the same.
func TestSignedCut_TakesMoreThanHalf_LAT11(t *testing.T) {
	g := testGenesis()
	g.Least = 100
	b := NewBook(g)
	c := b.Cut(cutNow)
	require.Equal(t, Raw(1501), signed(c).Need(g))
	require.ErrorContains(t, signed(c, 1).Check(g, c.Root(), cutNow), "it takes 1501")
	require.NoError(t, signed(c, 1, 2).Check(g, c.Root(), cutNow))
}

// What is no checkpoint is refused, wherever it is cut off.
func TestDecodeSignedCut_Refuses_LAT11(t *testing.T) {
	g := testGenesis()
	b, _, _ := cutBook(g)
	text := signed(b.Cut(cutNow), 1, 2).Encode()
	for n := range text {
		_, err := DecodeSignedCut(text[:n])
		require.ErrorIs(t, err, ErrCheckpoint)
	}
	_, err := DecodeSignedCut(append(text, 0))
	require.ErrorIs(t, err, ErrCheckpoint)
	twice := b.Cut(cutNow)
	twice.Heads = append(twice.Heads, twice.Heads[2])
	_, err = DecodeSignedCut(signed(twice).Encode())
	require.ErrorContains(t, err, "out of order")
	require.ErrorIs(t, NewBook(g).Agrees(&Cut{Chain: ledgers.ChainID{1}}), ErrCheckpoint)
}
