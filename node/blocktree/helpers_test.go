package blocktree_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/store"
)

var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 10}

// ledger is an executor that looks at no signature and counts how often it was asked about a block.
type ledger struct{ asked map[chain.BlockHash]int }

func (l ledger) Apply(s *chain.State, b chain.Sealed) error {
	l.asked[b.Hash()]++
	if b.Number != s.Number()+1 || b.Parent != s.Hash() {
		return chain.ErrParent
	}
	for _, tx := range b.Transactions {
		sender := s.Account(tx.Sender)
		if tx.Nonce != sender.Nonce {
			return chain.ErrBadNonce
		}
		if tx.Amount > sender.Balance {
			return chain.ErrBadBalance
		}
		sender.Nonce++
		sender.Balance -= tx.Amount
		s.SetAccount(tx.Sender, sender)
		recipient := s.Account(tx.Recipient)
		recipient.Balance += tx.Amount
		s.SetAccount(tx.Recipient, recipient)
	}
	coinbase := s.Account(b.Coinbase)
	coinbase.Balance += params.BlockReward
	s.SetAccount(b.Coinbase, coinbase)
	s.Advance(b.Number, b.Hash())
	return nil
}

func (l ledger) Execute(*chain.State, mempool.Transaction) error { panic("not used") }

func (l ledger) Build(*chain.State, chain.Pool, mempool.PublicKey) chain.Block { panic("not used") }

// pool remembers what it was told.
type pool struct{ txs []mempool.Transaction }

func (p *pool) Add(tx mempool.Transaction) error {
	p.txs = append(p.txs, tx)
	return nil
}

func (p *pool) Evict(ids ...mempool.TxID) {
	for _, id := range ids {
		for i, tx := range p.txs {
			if tx.ID() == id {
				p.txs = append(p.txs[:i:i], p.txs[i+1:]...)
				break
			}
		}
	}
}

// rig is a tree with what stands around it.
type rig struct {
	*blocktree.Tree
	t       testing.TB
	ledger  ledger
	pool    *pool
	store   store.Store
	changes []blocktree.Change
}

func newRig(t testing.TB, cfg blocktree.Config) *rig { return openRig(t, cfg, store.NewMemory()) }

func openRig(t testing.TB, cfg blocktree.Config, store store.Store) *rig {
	r := &rig{t: t, ledger: ledger{map[chain.BlockHash]int{}}, pool: &pool{}, store: store}
	cfg, err := cfg.Complete()
	require.NoError(t, err)
	r.Tree, err = blocktree.Open(store, r.ledger, r.pool, params, cfg)
	require.NoError(t, err)
	r.Watch(func(c blocktree.Change) { r.changes = append(r.changes, c) })
	return r
}

// Add takes the block, unsealed.
func (r *rig) Add(b chain.Block) (blocktree.Added, error) { return r.Tree.Add(chain.Seal(b)) }

// AddAll takes the blocks, unsealed.
func (r *rig) AddAll(blocks []chain.Block) ([]blocktree.Added, error) {
	return r.Tree.AddAll(chaintest.Seal(blocks...))
}

// add adds the blocks and returns the status of the last.
func (r *rig) add(blocks ...chain.Block) blocktree.Status {
	r.t.Helper()
	var added blocktree.Added
	for _, b := range blocks {
		var err error
		added, err = r.Add(b)
		require.NoError(r.t, err)
		require.Equal(r.t, added.Status == blocktree.Invalid, added.Reason != nil, "a reason if invalid")
	}
	return added.Status
}

func (r *rig) tipIs(b chain.Block) {
	r.t.Helper()
	require.Equal(r.t, b.Number, r.State().Number())
	require.Equal(r.t, b.Hash(), r.State().Hash())
	require.True(r.t, replay(r.t, r.Tree).Equal(r.State()), "state is that of a replay from genesis")
}

// replay executes the tree's chain from the genesis block on.
func replay(t testing.TB, tree *blocktree.Tree) *chain.State {
	s := chain.NewState()
	for n := uint64(1); n <= tree.State().Number(); n++ {
		hash, ok := tree.HashAt(n)
		require.True(t, ok)
		b, ok := tree.Block(hash)
		require.True(t, ok)
		require.NoError(t, ledger{map[chain.BlockHash]int{}}.Apply(s, b))
	}
	return s
}

func who(name string) (k mempool.PublicKey) {
	copy(k[:], name)
	return k
}

// pay is a transaction of the ledger's kind.
func pay(from, to string, nonce, amount uint64) mempool.Transaction {
	return mempool.Transaction{Sender: who(from), Recipient: who(to), Nonce: nonce, Amount: amount}
}

// broken is a transaction that no block can have.
var broken = pay("nobody", "nobody", 99, 0)

// mine makes the next block on a parent, for a coinbase of that name.
func mine(parent chain.Block, coinbase string, txs ...mempool.Transaction) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: who(coinbase), Transactions: txs}
	return chaintest.Mine(params, b)
}

// branch makes blocks on a parent, one after another.
func branch(parent chain.Block, coinbase string, length int) []chain.Block {
	var blocks []chain.Block
	for i := range length {
		parent = mine(parent, fmt.Sprint(coinbase, i))
		blocks = append(blocks, parent)
	}
	return blocks
}

// wants lists the hashes of the blocks, as Wanted does.
func wants(blocks ...chain.Block) []chain.BlockHash {
	var hashes []chain.BlockHash
	for _, b := range blocks {
		hashes = append(hashes, b.Hash())
	}
	return hashes
}
