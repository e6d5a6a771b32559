package node_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/gossip"
	"strata/harness/sim"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/blocktree"
	"strata/node/miner"
	"strata/node/store"
	"strata/p2p"
	"strata/scenario"
	"strata/solutions"
)

const self network.Addr = "10.0.0.1:1"

var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 4}

// alone runs a test within the one callback of a node that has no peers.
func alone(t *testing.T, cfg node.Config, test func(n *node.Node, net *sim.Net)) {
	net, err := sim.New(sim.Config{})
	require.NoError(t, err)
	cfg.P2P.Self, cfg.Params = self, params
	ran := false
	net.Node(self, func(h network.Host) {
		n, err := node.New(h, solutions.Stack(), cfg)
		require.NoError(t, err)
		require.NoError(t, n.Start())
		test(n, net)
		ran = true
		net.At(time.Minute, self, func() {
			n.Stop()
			n.Stop()
			require.Equal(t, scenario.Usage{}, net.Usage(self))
		})
	})
	net.Run(2 * time.Minute)
	require.True(t, ran)
}

func mine(parent chain.Block) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash(), Coinbase: mempool.PublicKey{7}}
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

func TestAddBlock_FRK1(t *testing.T) {
	alone(t, node.Config{}, func(n *node.Node, _ *sim.Net) {
		var changes []blocktree.Change
		n.OnTip(func(c blocktree.Change) { changes = append(changes, c) })
		require.Equal(t, node.Status{Tip: chain.Genesis().Hash()}, n.Status())

		b := mine(chain.Genesis())
		require.NoError(t, n.AddBlock(b))
		require.NoError(t, n.AddBlock(b), "a known block is no error")
		require.Equal(t, node.Status{Height: 1, Tip: b.Hash()}, n.Status())
		require.Equal(t, []blocktree.Change{{Applied: chaintest.Seal(b)}}, changes)
		require.Equal(t, chain.Account{Balance: 100}, n.Account(b.Coinbase))

		found, ok := n.Block(b.Hash())
		require.True(t, ok)
		require.Equal(t, chain.Seal(b), found)
		found, ok = n.BlockAt(1)
		require.True(t, ok)
		require.Equal(t, chain.Seal(b), found)
		_, ok = n.BlockAt(2)
		require.False(t, ok)
		_, ok = n.Block(chain.BlockHash{})
		require.False(t, ok)

		orphan := mine(mine(b))
		require.NoError(t, n.AddBlock(orphan))
		require.Equal(t, 1, n.Status().Orphans)
		lazy := mine(b)
		for params.MeetsDifficulty(lazy.Hash()) {
			lazy.Nonce++
		}
		require.ErrorIs(t, n.AddBlock(lazy), chain.ErrProofOfWork)
	})
}

func TestSubmit_MEM1(t *testing.T) {
	alone(t, node.Config{}, func(n *node.Node, _ *sim.Net) {
		tx := mempool.Sign(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), mempool.PublicKey{7}, 0, 5)
		forged := tx
		forged.Amount++
		require.ErrorIs(t, n.Submit(forged), mempool.ErrBadSignature)
		require.Zero(t, n.Status().Pooled)
		require.NoError(t, n.Submit(tx))
		require.Equal(t, []mempool.Transaction{tx}, n.Transactions())
		require.Equal(t, 1, n.Status().Pooled)
	})
}

// A node restarts on the store that it left, mining or not.
func TestRestart_FRK6(t *testing.T) {
	store := store.NewMemory()
	var tip node.Status
	mining := node.Config{Store: store, Mine: true, Coinbase: mempool.PublicKey{1}, Miner: miner.Config{Batch: 1, Interval: 100 * time.Millisecond}}
	alone(t, mining, func(n *node.Node, _ *sim.Net) {
		n.OnTip(func(blocktree.Change) { tip = n.Status() })
	})
	require.Greater(t, tip.Height, uint64(10))
	alone(t, node.Config{Store: store}, func(n *node.Node, _ *sim.Net) {
		require.Equal(t, tip, n.Status())
		require.Equal(t, 100*tip.Height, n.Account(mempool.PublicKey{1}).Balance)
	})
}

func TestConfigReportsEveryFault(t *testing.T) {
	cfg := node.Config{
		P2P:     p2p.Config{Self: "nowhere", MaxPeers: -1},
		Gossip:  gossip.Config{MaxSeen: -1},
		Mempool: mempool.Config{MaxTxs: -1},
		Params:  chain.Params{Difficulty: 65},
		Tree:    blocktree.Config{MaxOrphans: -1},
		Miner:   miner.Config{Refresh: time.Hour},
		Mine:    true,
	}
	_, err := cfg.Complete()
	for _, fault := range []string{"nowhere", "MaxPeers", "MaxSeen", "MaxTxs", "Difficulty", "MaxOrphans", "FRK-8", "Coinbase"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = node.Config{P2P: p2p.Config{Self: self}, Params: chain.Params{MaxTransactions: 1 << 20}}.Complete()
	require.ErrorContains(t, err, "too much for a frame")
}

func TestStoreOfAnotherChain(t *testing.T) {
	store := store.NewMemory()
	alone(t, node.Config{Store: store}, func(*node.Node, *sim.Net) {})
	net, err := sim.New(sim.Config{})
	require.NoError(t, err)
	net.Node(self, func(h network.Host) {
		_, err := node.New(h, solutions.Stack(), node.Config{P2P: p2p.Config{Self: self}, Store: store})
		require.ErrorIs(t, err, blocktree.ErrOtherChain)
	})
	net.Run(time.Second)
}
