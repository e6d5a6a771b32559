package node_test

import (
	"crypto/ed25519"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/p2p"
	"strata/scenario"
)

// payer is whoever the blocks of mine reward, so that it has something to pay with.
var payer = ed25519.NewKeyFromSeed([]byte("a payer of thirty-two bytes here"))

// on makes a block on a parent, for the payer.
func on(parent chain.Block, nonce uint64, txs ...mempool.Transaction) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Nonce: nonce << 32,
		Coinbase: mempool.PublicKey(payer.Public().(ed25519.PublicKey)), Transactions: txs}
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// pooled says whether a node's pool has the transaction.
func (w *town) pooled(addr network.Addr, tx mempool.Transaction) bool {
	return slices.ContainsFunc(w.nodes[addr].Transactions(), func(other mempool.Transaction) bool { return other == tx })
}

// two are nodes that are peers and have one block, whose reward is the payer's.
func two(t *testing.T) (w *town, here, there network.Addr, first chain.Block) {
	w, here, there, first = newTown(t), public(1), public(2), on(chain.Genesis(), 0)
	w.guarded(here, node.Config{})
	w.guarded(there, node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{here}}})
	w.sim.At(5*time.Second, here, func() { require.NoError(t, w.nodes[here].AddBlock(first)) })
	return w, here, there, first
}

// G7: what its own user gave a node is announced again when the pools have forgotten it (MEM-7), until a block has it.
func TestSubmittedIsAnnouncedUntilItIsIn_G7(t *testing.T) {
	w, here, there, first := two(t)
	tx := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5)
	w.sim.At(6*time.Second, here, func() { require.NoError(t, w.nodes[here].Submit(tx)) })
	gone := 0
	for at := 7; at < 600; at++ {
		w.sim.Run(time.Duration(at) * time.Second)
		if !w.pooled(there, tx) {
			gone++
		}
	}
	require.Less(t, gone, 250, "of 593 seconds: pools forget it after a minute, and are told again within half of one")
	require.Greater(t, gone, 50, "it is not told of for nothing")
	w.sim.At(600*time.Second, here, func() { require.NoError(t, w.nodes[here].AddBlock(on(first, 0, tx))) })
	w.sim.Run(900 * time.Second)
	require.False(t, w.pooled(here, tx) || w.pooled(there, tx))
}

// G7: a confirmed payment whose block is undone is told to everybody at once, and not forgotten after a minute.
func TestReturnedIsAnnouncedUntilItIsIn_G7(t *testing.T) {
	w, here, there, first := two(t)
	tx := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5)
	apart := scenario.Fault{Kind: scenario.Partition, At: 7 * time.Second, For: 20 * time.Second, A: []network.Addr{here}, B: []network.Addr{there}}
	w.sim.Inject(apart)
	w.sim.At(10*time.Second, here, func() { require.NoError(t, w.nodes[here].AddBlock(on(first, 0, tx))) })
	w.sim.At(10*time.Second, there, func() {
		for i, parent := 0, first; i < 3; i++ {
			parent = on(parent, 1)
			require.NoError(t, w.nodes[there].AddBlock(parent))
		}
	})
	w.sim.Run(26 * time.Second)
	require.Equal(t, uint64(2), w.nodes[here].Status().Height)
	heard := 0
	for at := 27; at < 400; at++ {
		w.sim.Run(time.Duration(at) * time.Second)
		if w.pooled(there, tx) {
			heard++
		}
	}
	require.Equal(t, uint64(4), w.nodes[here].Status().Height)
	require.Greater(t, heard, 180, "the other node never had it before")
}

// G7: what a node has taken outlives its restart: the next life has it at once, tells the peers that have forgotten it,
// and goes on until a block has it.
func TestSubmittedOutlivesARestart_G7(t *testing.T) {
	w, here, there, first := two(t)
	tx := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5)
	w.sim.At(6*time.Second, here, func() { require.NoError(t, w.nodes[here].Submit(tx)) })
	crash := func(at, length time.Duration) scenario.Fault {
		return scenario.Fault{Kind: scenario.Crash, At: at, For: length, A: []network.Addr{here}}
	}
	w.sim.Inject(crash(10*time.Second, 70*time.Second), crash(450*time.Second, 5*time.Second))
	w.sim.Run(79 * time.Second)
	require.False(t, w.pooled(there, tx), "pools forget it after a minute")
	w.sim.Run(81 * time.Second)
	require.True(t, w.pooled(here, tx))
	heard := 0
	for at := 82; at < 400; at++ {
		w.sim.Run(time.Duration(at) * time.Second)
		if w.pooled(there, tx) {
			heard++
		}
	}
	require.Greater(t, heard, 180)
	w.sim.At(400*time.Second, here, func() { require.NoError(t, w.nodes[here].AddBlock(on(first, 0, tx))) })
	w.sim.Run(456 * time.Second)
	require.False(t, w.pooled(here, tx), "what is in is let go of for good")
}

// A node that was alone tells its first peer at once of what it took meanwhile.
func TestSubmittedAloneIsToldToTheFirstPeer_G7(t *testing.T) {
	w, here, there, _ := two(t)
	tx := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5)
	w.sim.Inject(scenario.Fault{Kind: scenario.Crash, At: 6 * time.Second, For: 10 * time.Second, A: []network.Addr{there}})
	w.sim.At(10*time.Second, here, func() {
		require.Empty(t, w.nodes[here].Peers())
		require.NoError(t, w.nodes[here].Submit(tx))
	})
	w.sim.Run(25 * time.Second)
	require.True(t, w.pooled(there, tx))
}

// What can never get into a block is let go of: its nonce is used, or there is nothing to pay it with.
func TestImpossibleIsLetGo_G7(t *testing.T) {
	w, here, there, first := two(t)
	used, poor := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5), mempool.Sign(payer, mempool.PublicKey{9}, 1, 1<<40)
	better := mempool.Sign(payer, mempool.PublicKey{8}, 0, 6)
	w.sim.At(6*time.Second, here, func() {
		require.NoError(t, w.nodes[here].Submit(used))
		require.NoError(t, w.nodes[here].Submit(poor))
	})
	w.sim.At(7*time.Second, here, func() { require.NoError(t, w.nodes[here].AddBlock(on(first, 0, better))) })
	w.sim.Run(69 * time.Second)
	for at := 70; at < 300; at++ {
		w.sim.Run(time.Duration(at) * time.Second)
		require.False(t, w.pooled(there, used) || w.pooled(there, poor))
	}
}

// A payment that waits can give way to another of the same nonce, which is cared for instead.
func TestReplace(t *testing.T) {
	w, here, there, _ := two(t)
	tx, better := mempool.Sign(payer, mempool.PublicKey{9}, 0, 5), mempool.Sign(payer, mempool.PublicKey{8}, 0, 6)
	w.sim.At(6*time.Second, here, func() {
		n := w.nodes[here]
		require.ErrorIs(t, n.Replace(tx.ID(), better), node.ErrNotWaiting)
		require.NoError(t, n.Submit(tx))
		require.ErrorIs(t, n.Replace(tx.ID(), mempool.Sign(payer, mempool.PublicKey{8}, 1, 6)), node.ErrNotWaiting)
		forged := better
		forged.Amount++
		require.ErrorIs(t, n.Replace(tx.ID(), forged), mempool.ErrBadSignature)
		require.Equal(t, []mempool.Transaction{tx}, n.Transactions(), "what cannot be replaced stays")
		require.NoError(t, n.Replace(tx.ID(), better))
		require.Equal(t, []mempool.Transaction{better}, n.Transactions())
	})
	w.sim.Run(60 * time.Second)
	require.True(t, w.pooled(there, tx), "elsewhere the first seen stays (MEM-4)")
	w.sim.Run(150 * time.Second)
	require.False(t, w.pooled(there, tx))
	require.True(t, w.pooled(there, better), "until it expires")
}
