package main

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/network"
	chainnode "strata/node"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/tcphost"
	"strata/node/process/writebehind"
	"strata/node/store"
	"strata/p2p"
	"strata/solutions"
)

// synced is how many blocks are synced, and together is how many of them go into one commit: as many
// as a node takes by default.
const (
	synced   = 10_000
	together = 512
)

// c3sync is a fresh node that gets a chain of small blocks over loopback onto its disk, the other node
// and the connection included; its commits are off its loop, as strata-node's are. The baseline applies and stores the
// same blocks, which it has.
func c3sync() []figure {
	return []figure{{
		id: "C3", title: "catching up over loopback, small blocks", unit: "blocks/s",
		ours:   side{"ours", catchUp},
		base:   side{"local apply and store", applyAndStore},
		target: atLeast(0.7),
	}}
}

// smallBlocks is a chain of empty blocks.
var smallBlocks = sync.OnceValue(func() []chain.Block {
	blocks := make([]chain.Block, synced)
	parent, hash := chain.Genesis(), chain.Genesis().Hash()
	for i := range blocks {
		parent = chain.Block{Number: parent.Number + 1, Parent: hash, Coinbase: key(i % coinbases)}
		for hash = parent.Hash(); !easy.MeetsDifficulty(hash); hash = parent.Hash() {
			parent.Nonce++
		}
		blocks[i] = parent
	}
	return blocks
})

// freshStore is an empty store on disk.
func freshStore() (*boltstore.Store, error) {
	return boltstore.Open(filepath.Join(scratch(), time.Now().Format("sync-150405.000000")))
}

func applyAndStore() (float64, error) {
	blocks := smallBlocks()
	store, err := freshStore()
	if err != nil {
		return 0, err
	}
	defer store.Close()
	tree, err := openTree(store, mempool.ZIP215{})
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for batch := range slices.Chunk(blocks, together) {
		if _, err := tree.AddAll(chaintest.Seal(batch...)); err != nil {
			return 0, err
		}
	}
	return synced / time.Since(began).Seconds(), nil
}

// catchUp measures from the start of the fresh node to the last block stored.
func catchUp() (float64, error) {
	full := store.NewMemory()
	tree, err := openTree(full, mempool.ZIP215{})
	if err != nil {
		return 0, err
	}
	if _, err := tree.AddAll(chaintest.Seal(smallBlocks()...)); err != nil {
		return 0, err
	}
	addrs, err := tcphost.LoopbackAddrs(2)
	if err != nil {
		return 0, err
	}
	disk, err := freshStore()
	if err != nil {
		return 0, err
	}
	behind := writebehind.New(disk, func(error) {}) // After reports it, too
	defer behind.Close()
	stop, err := startNode(chainnode.Config{P2P: p2p.Config{Self: addrs[0]}, Store: full}, func(*chainnode.Node) {})
	if err != nil {
		return 0, err
	}
	defer stop()
	done := make(chan error, 1)
	began := time.Now()
	fresh := chainnode.Config{P2P: p2p.Config{Self: addrs[1], Bootstrap: []network.Addr{addrs[0]}},
		Store: behind, StoreRoom: behind.Room}
	stopFresh, err := startNode(fresh, func(n *chainnode.Node) {
		n.OnTip(func(blocktree.Change) {
			if n.Status().Height == synced {
				behind.After(behind.Last(), func(err error) { done <- err })
			}
		})
	})
	if err != nil {
		return 0, err
	}
	defer stopFresh()
	select {
	case err := <-done:
		return synced / time.Since(began).Seconds(), err
	case <-time.After(time.Minute):
		return 0, errors.New("the node did not catch up within a minute")
	}
}

// startNode runs a node on a loop of its own.
func startNode(cfg chainnode.Config, watch func(*chainnode.Node)) (stop func(), err error) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	cfg.Params = easy
	var n *chainnode.Node
	loop.Do(func() {
		if n, err = chainnode.New(loop.Host(cfg.P2P.Self), solutions.Stack(), cfg); err == nil {
			watch(n)
			err = n.Start()
		}
	})
	stop = func() {
		if n != nil {
			loop.Do(n.Stop)
		}
		loop.Close()
	}
	if err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}
