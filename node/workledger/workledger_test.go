package workledger_test

import (
	"crypto/ed25519"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/sim"
	"strata/ledgers"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/store"
	"strata/node/workledger"
	"strata/solutions"
)

const self network.Addr = "198.51.100.1:4000"

var (
	params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 4}
	payer  = ed25519.NewKeyFromSeed([]byte("a payer of thirty-two bytes here"))
)

var _ ledgers.Ledger = (*workledger.Ledger)(nil)

// on makes a block on a parent, for the payer. The branch is what tells it from others of its number.
func on(parent chain.Block, branch uint64, txs ...mempool.Transaction) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Nonce: branch << 32,
		Coinbase: mempool.PublicKey(payer.Public().(ed25519.PublicKey)), Transactions: txs}
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// told is a watcher that writes down what it hears.
type told struct{ lines []string }

func (w *told) Final(id ledgers.OpID, at ledgers.Digest) {
	w.lines = append(w.lines, fmt.Sprintf("final %.4x at %d", id[:], at.Position))
}
func (w *told) Undone(id ledgers.OpID) { w.lines = append(w.lines, fmt.Sprintf("undone %.4x", id[:])) }
func (w *told) Refused(id ledgers.OpID, _ error) {
	w.lines = append(w.lines, fmt.Sprintf("refused %.4x", id[:]))
}
func (w *told) Blamed(network.Addr, error) { w.lines = append(w.lines, "blamed") }

// take is what the watcher has heard since the last time.
func (w *told) take() (lines []string) {
	lines, w.lines = w.lines, nil
	return lines
}

// rig is a node without peers, as a ledger.
type rig struct {
	t      *testing.T
	node   *node.Node
	ledger *workledger.Ledger
	told   told
}

// run runs a test within the one callback of a node that has a store.
func run(t *testing.T, s store.Store, test func(r *rig)) {
	net, err := sim.New(sim.Config{})
	require.NoError(t, err)
	r := &rig{t: t}
	net.Node(self, func(h network.Host) {
		cfg := node.Config{Params: params, Store: s}
		cfg.P2P.Self = self
		r.node, err = node.New(h, solutions.Stack(), cfg)
		require.NoError(t, err)
		r.ledger = workledger.New(r.node)
		require.NoError(t, r.ledger.Start(&r.told))
		test(r)
		r.ledger.Stop()
	})
	net.Run(time.Second)
	require.NotNil(t, r.ledger)
}

// extend adds blocks to a branch, and returns its tip.
func (r *rig) extend(parent chain.Block, branch uint64, blocks int, txs ...mempool.Transaction) chain.Block {
	for range blocks {
		parent, txs = on(parent, branch, txs...), nil
		require.NoError(r.t, r.node.AddBlock(parent))
	}
	return parent
}

// The chain is a ledger: an operation waits, has a depth, is final from the sixth block on, and a longer branch undoes
// it; the same operation again has the same id all the while.
func TestLedger_ProofOfWorkFits_LED2_LED3_LED5(t *testing.T) {
	s := store.NewMemory()
	tx := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5)
	id := workledger.ID(tx)
	run(t, s, func(r *rig) {
		first := r.extend(chain.Genesis(), 0, 1)
		require.Equal(t, ledgers.Digest{Hash: chain.Genesis().Hash()}, r.ledger.Digest())
		require.Equal(t, ledgers.Status{}, r.ledger.Status(id))
		again := func(want ledgers.Status) {
			t.Helper()
			got, err := r.ledger.Submit(tx.Text())
			require.NoError(t, err)
			require.Equal(t, id, got)
			require.Equal(t, want, r.ledger.Status(id))
		}
		again(ledgers.Status{State: ledgers.Waiting})
		tip := r.extend(first, 0, 1, tx)
		again(ledgers.Status{State: ledgers.Waiting, Depth: 1})
		tip = r.extend(tip, 0, 4)
		again(ledgers.Status{State: ledgers.Waiting, Depth: 5})
		require.Empty(t, r.told.take())
		r.extend(tip, 0, 1)
		again(ledgers.Status{State: ledgers.Final, Depth: 6})
		require.Equal(t, []string{fmt.Sprintf("final %.4x at 2", id[:])}, r.told.take())
		require.Equal(t, uint64(2), r.ledger.Digest().Position)

		r.extend(first, 1, 7)
		again(ledgers.Status{State: ledgers.Waiting})
		require.Equal(t, []string{fmt.Sprintf("undone %.4x", id[:])}, r.told.take())
		b, _ := r.node.BlockAt(3)
		require.Equal(t, ledgers.Digest{Position: 3, Hash: b.Hash()}, r.ledger.Digest())
	})
	run(t, s, func(r *rig) {
		require.Equal(t, uint64(3), r.ledger.Digest().Position, "also in the node's next life")
		require.Empty(t, r.told.take())
	})
}

// An operation whose nonce another one has for good is refused; what cannot be taken is refused in the contract's words.
func TestLedger_RefusesInTheContractsWords_LED3_LED4(t *testing.T) {
	run(t, store.NewMemory(), func(r *rig) {
		first := r.extend(chain.Genesis(), 0, 1)
		tx, rival := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5), mempool.Sign(payer, mempool.PublicKey{8}, 0, 6)
		forged := tx
		forged.Signature[40] ^= 1
		require.Equal(t, workledger.ID(tx), workledger.ID(forged), "the signature is no part of the id")
		for _, c := range []struct {
			op   []byte
			want error
		}{
			{nil, ledgers.ErrMalformed}, {[]byte("no text"), ledgers.ErrMalformed}, {forged.Text(), ledgers.ErrSignature},
		} {
			_, err := r.ledger.Submit(c.op)
			require.ErrorIs(t, err, c.want)
		}
		require.Equal(t, ledgers.Status{}, r.ledger.Status(workledger.ID(tx)), "a bad copy says nothing about the id")
		id, err := r.ledger.Submit(tx.Text())
		require.NoError(t, err)
		_, err = r.ledger.Submit(rival.Text())
		require.ErrorIs(t, err, ledgers.ErrFull)
		r.extend(first, 0, 6, rival)
		require.Equal(t, ledgers.Refused, r.ledger.Status(id).State)
		require.ErrorIs(t, r.ledger.Status(id).Why, ledgers.ErrStale)
		rivals := workledger.ID(rival)
		require.Equal(t, []string{fmt.Sprintf("final %.4x at 2", rivals[:]), fmt.Sprintf("refused %.4x", id[:])}, r.told.take())
		_, err = r.ledger.Submit(tx.Text())
		require.ErrorIs(t, err, ledgers.ErrStale)
	})
}
