package node_test

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/network"
	"strata/node"
	"strata/node/blocksync"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/tcphost"
	"strata/node/store"
	"strata/p2p"
	"strata/solutions"
)

// patience is how long a test waits for another node; it waits for events, never for time to pass.
const patience = 2 * time.Minute

// lines is a log that may be read meanwhile.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// onTCP runs a node on loopback until the test ends.
func onTCP(t *testing.T, cfg node.Config, log slog.Handler, watch func(n *node.Node)) {
	t.Helper()
	loop := tcphost.NewLoop(tcphost.LoopConfig{Log: log})
	cfg.Params = params
	var n *node.Node
	loop.Do(func() {
		var err error
		n, err = node.New(loop.Host(cfg.P2P.Self), solutions.Stack(), cfg)
		require.NoError(t, err)
		watch(n)
		require.NoError(t, n.Start())
	})
	t.Cleanup(func() {
		loop.Do(n.Stop)
		loop.Close()
		require.NoError(t, loop.Err())
	})
}

// A fresh node gets 10,000 blocks from another one over TCP, onto its disk, and says how far it is
// meanwhile.
func TestSyncOverTCP_SYN5_SYN7_SYN9(t *testing.T) {
	count := 10_000
	if testing.Short() {
		count = 2000
	}
	full := store.NewMemory()
	tip := fill(t, full, count)
	addrs, err := tcphost.LoopbackAddrs(2)
	require.NoError(t, err)
	disk, err := boltstore.Open(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, disk.Close()) })

	onTCP(t, node.Config{P2P: p2p.Config{Self: addrs[0]}, Store: full}, nil, func(*node.Node) {})
	done := make(chan []node.Status, 1)
	var seen []node.Status
	log := &lines{}
	fresh := node.Config{
		P2P:   p2p.Config{Self: addrs[1], Bootstrap: []network.Addr{addrs[0]}},
		Store: disk,
		Sync:  blocksync.Config{Report: time.Nanosecond, Commit: 256},
	}
	onTCP(t, fresh, slog.NewTextHandler(log, nil), func(n *node.Node) {
		n.OnTip(func(blocktree.Change) {
			seen = append(seen, n.Status())
			if n.Status().Tip == tip {
				done <- seen
			}
		})
	})
	select {
	case seen = <-done:
	case <-time.After(patience):
		require.FailNow(t, "the fresh node did not catch up", "%s", log)
	}
	require.Less(t, len(seen), count/50, "many blocks go into one commit")
	told := 0
	for _, s := range seen {
		if s.Sync.Target == uint64(count) && s.Sync.Rate > 0 && s.Sync.Remaining > 0 {
			told++
		}
	}
	require.Greater(t, told, 3, "the status says how far it is: %+v", seen)
	require.Contains(t, log.String(), "sync begins")
	require.Contains(t, log.String(), "msg=syncing")
	require.Contains(t, log.String(), "remaining=")
}

// fill gives a store a chain of small blocks and returns the hash of the last.
func fill(t *testing.T, db store.Store, count int) chain.BlockHash {
	t.Helper()
	cfg, err := blocktree.Config{}.Complete()
	require.NoError(t, err)
	tree, err := blocktree.Open(db, solutions.Stack().NewExecutor(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), emptyPool{}, params, cfg)
	require.NoError(t, err)
	parent := chain.Genesis()
	for range count / 500 {
		var blocks []chain.Block
		for range 500 {
			parent = mine(parent)
			blocks = append(blocks, parent)
		}
		_, err := tree.AddAll(chaintest.Seal(blocks...))
		require.NoError(t, err)
	}
	require.Equal(t, uint64(count), tree.State().Number())
	return tree.State().Hash()
}

type emptyPool struct{}

func (emptyPool) Add(mempool.Transaction) error { return nil }
func (emptyPool) Evict(...mempool.TxID)         {}
