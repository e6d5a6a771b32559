package lattice

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
)

func testGenesis() *Genesis {
	g := &Genesis{Least: Whole, Send: 1, Receive: 1}
	for i := range byte(3) {
		a := signerOf(i + 1).Key()
		g.Accounts = append(g.Accounts, Opening{Account: a, Balance: Raw(1000), Representative: a})
	}
	return g
}

// put adds a block with that balance to an account, and cements it if cement.
func put(b *Book, of Account, balance uint64, kind Kind, link Hash, cement bool) *Placed {
	head := b.Head(of)
	block := &Block{Account: of, Previous: head.Hash, Representative: of, Balance: Raw(balance), Link: link}
	p := &Placed{Block: block, Hash: block.Hash(b.Chain()), Kind: kind, Height: head.Height + 1}
	b.Add(p)
	if cement {
		b.Cement(of)
	}
	return p
}

func TestGenesis_TextAndBack(t *testing.T) {
	g := testGenesis()
	require.NoError(t, g.Validate())
	back, err := ParseGenesis(g.Text())
	require.NoError(t, err)
	require.Equal(t, *g, back)
	for _, text := range []string{"", "leader 1\n", g.Text() + "\n", g.Text()[1:], "lattice 1\nleast 0\nwork 1 1\n",
		"lattice 1\nleast 1000\nwork 0000000000000001 0000000000000001\nx y z\n"} {
		_, err := ParseGenesis(text)
		require.ErrorContains(t, err, "lattice")
	}
	twice := *g
	twice.Accounts = append(twice.Accounts, g.Accounts[0])
	require.ErrorContains(t, twice.Validate(), "comes twice")
}

// Weights are those of cemented heads, and move with them.
func TestBook_WeightsAreOfCementedHeads(t *testing.T) {
	g := testGenesis()
	b := NewBook(g)
	one, two := g.Accounts[0].Account, g.Accounts[1].Account
	require.Equal(t, Raw(1000), b.Weight(one))
	before := b.Digest()
	p := put(b, one, 1000, Change, Hash{}, false)
	p.Representative = two
	require.Equal(t, Raw(1000), b.Weight(one))
	require.Equal(t, before, b.Digest())
	b.Cement(one)
	require.Equal(t, Amount{}, b.Weight(one))
	require.Equal(t, Raw(2000), b.Weight(two))
	require.Equal(t, before.Position+1, b.Digest().Position)
	require.NotEqual(t, before.Hash, b.Digest().Hash)
	require.Equal(t, b.Supply(), b.Settled())
}

// Height 20, keep 5: what is cemented up to 18 leaves 5, what is cemented up to 1 loses nothing (NB2).
func TestBook_Prune_NB2(t *testing.T) {
	for _, c := range []struct{ cemented, left uint64 }{{18, 5}, {1, 20}, {2, 19}, {20, 5}, {10, 11}} {
		g := testGenesis()
		b := NewBook(g)
		one := g.Accounts[0].Account
		for height := uint64(2); height <= 20; height++ {
			put(b, one, 1000, Change, Hash{byte(height)}, height <= c.cemented)
		}
		b.Prune(one, 5)
		left := uint64(0)
		for height := range uint64(21) {
			if b.At(one, height) != nil {
				left++
			}
		}
		require.Equal(t, c.left, left, "cemented up to %d", c.cemented)
		require.NotNil(t, b.Cemented(one))
		require.Equal(t, uint64(20), b.Head(one).Height)
	}
}

// A send stays as long as what it sent is pending.
func TestBook_PruneLeavesPendingSends(t *testing.T) {
	g := testGenesis()
	b := NewBook(g)
	one, two := g.Accounts[0].Account, g.Accounts[1].Account
	send := put(b, one, 900, Send, two, true)
	b.Put(Key{two, send.Hash}, Pending{From: one, Amount: Raw(100)})
	for range 8 {
		put(b, one, 900, Change, Hash{}, true)
	}
	require.Equal(t, 1, b.Prune(one, 2))
	require.NotNil(t, b.Block(send.Hash))
	b.Take(Key{two, send.Hash})
	require.Equal(t, 7, b.Prune(one, 2))
	require.Nil(t, b.Block(send.Hash))
}

func TestConfig_ListsEveryFault(t *testing.T) {
	_, err := Config{Tell: -1, Ask: -1, Patience: -1, Keep: -1, MaxElections: -1, MaxLoose: -1, Checkpoint: Checkpoint{Blocks: 1}}.Complete()
	for _, part := range []string{"0 accounts", "least is 0", "Tell", "Ask", "Patience", "Keep", "MaxElections", "MaxLoose", "Checkpoint"} {
		require.ErrorContains(t, err, part)
	}
	c, err := Config{Genesis: *testGenesis()}.Complete()
	require.NoError(t, err)
	require.NotZero(t, c.Ask)
	require.NotEqual(t, ledgers.ChainID{}, c.Genesis.Chain())
}
