package index_test

import (
	"crypto/ed25519"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/index"
	"strata/node/store"
	"strata/solutions"
)

var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 4}

// nobody is a pool without transactions.
type nobody struct{}

func (nobody) Add(mempool.Transaction) error { return nil }
func (nobody) Evict(...mempool.TxID)         {}

// world is a chain that grows and forks, with what each branch's blocks are.
type world struct {
	t     *testing.T
	rng   *rand.Rand
	store store.Store
	tree  *blocktree.Tree
	keys  []ed25519.PrivateKey
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 1)), store: store.NewMemory()}
	for i := range 3 {
		key := make([]byte, ed25519.SeedSize)
		key[0] = byte(i)
		w.keys = append(w.keys, ed25519.NewKeyFromSeed(key))
	}
	cfg, err := blocktree.Config{}.Complete()
	require.NoError(t, err)
	w.tree, err = blocktree.Open(w.store, solutions.Stack().NewExecutor(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), nobody{}, params, cfg)
	require.NoError(t, err)
	return w
}

func (w *world) public(i int) mempool.PublicKey {
	return mempool.PublicKey(w.keys[i].Public().(ed25519.PublicKey))
}

// grow adds a branch of blocks on the chain's block of that number, higher than the tip. Each block
// holds a transaction of its own miner, where its branch has paid one.
func (w *world) grow(from uint64) {
	w.t.Helper()
	hash, ok := w.tree.HashAt(from)
	require.True(w.t, ok)
	tip, _ := w.tree.Block(hash)
	parent := tip.Block
	var nonces [3]uint64 // of the branch
	for n := uint64(1); n <= from; n++ {
		at, _ := w.tree.HashAt(n)
		b, _ := w.tree.Block(at)
		for _, tx := range b.Transactions {
			for i := range w.keys {
				if w.public(i) == tx.Sender {
					nonces[i]++
				}
			}
		}
	}
	for range w.tree.State().Number() - from + 1 + uint64(w.rng.IntN(3)) {
		i := w.rng.IntN(3)
		b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: w.public(i), Nonce: w.rng.Uint64() >> 1}
		if w.rng.IntN(3) > 0 && w.paid(parent, i) {
			b.Transactions = []mempool.Transaction{mempool.Sign(w.keys[i], w.public(w.rng.IntN(3)), nonces[i], 1)}
			nonces[i]++
		}
		for !params.MeetsDifficulty(b.Hash()) {
			b.Nonce++
		}
		added, err := w.tree.Add(chain.Seal(b))
		require.NoError(w.t, err)
		require.NotEqual(w.t, blocktree.Invalid, added.Status, "%v", added.Reason)
		parent = b
	}
}

// paid says whether the branch that ends in b has rewarded the account more than it ever spends in
// a test.
func (w *world) paid(b chain.Block, i int) bool {
	return b.Number > 0 && b.Coinbase == w.public(i)
}

// check compares the index with what the chain's blocks say.
func (w *world) check(ix *index.Index) {
	w.t.Helper()
	places := map[mempool.TxID]index.Place{}
	history := map[mempool.PublicKey][]mempool.TxID{}
	for n := uint64(1); n <= w.tree.State().Number(); n++ {
		hash, _ := w.tree.HashAt(n)
		b, _ := w.tree.Block(hash)
		for i, tx := range b.Transactions {
			places[tx.ID()] = index.Place{Number: n, Position: i}
			history[tx.Sender] = append(history[tx.Sender], tx.ID())
			if tx.Recipient != tx.Sender {
				history[tx.Recipient] = append(history[tx.Recipient], tx.ID())
			}
		}
	}
	for id, want := range places {
		got, ok, err := ix.Place(id)
		require.NoError(w.t, err)
		require.True(w.t, ok)
		require.Equal(w.t, want, got)
	}
	for i := range w.keys {
		var got []mempool.TxID
		before := uint64(1 << 62)
		for {
			page, err := ix.History(w.public(i), before, 2)
			require.NoError(w.t, err)
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				got = append([]mempool.TxID{e.ID}, got...)
				before = e.Sequence
			}
		}
		require.Equal(w.t, history[w.public(i)], got)
	}
}

// However the chain forks, and however small the steps are, the index says what its blocks say, in a
// store in memory and on disk.
func TestIndex_FollowsReorganisations(t *testing.T) {
	for seed := range uint64(20) {
		w := newWorld(t, seed)
		var store store.Store = store.NewMemory()
		if seed%5 == 0 {
			disk, err := boltstore.Open(t.TempDir())
			require.NoError(t, err)
			defer disk.Close()
			store = disk
		}
		ix := index.New(store)
		for range 10 {
			tip := w.tree.State().Number()
			w.grow(tip - min(tip, uint64(w.rng.IntN(4))))
			limit := 1 + w.rng.IntN(3)
			for more := true; more; {
				var err error
				more, err = ix.Step(w.store, limit)
				require.NoError(t, err)
			}
			w.check(ix)
		}
	}
}

func TestIndex_OfAnotherChainIsBroken(t *testing.T) {
	a, b := newWorld(t, 1), newWorld(t, 2)
	a.grow(0)
	b.grow(0)
	ix := index.New(store.NewMemory())
	_, err := ix.Step(a.store, 100)
	require.NoError(t, err)
	_, err = ix.Step(b.store, 100)
	require.ErrorIs(t, err, index.ErrBroken)
}
