package main

import (
	"encoding/binary"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/node/process/boltstore"
)

// c3restart is how long a node with a chain of small blocks takes until it can begin: its store is checked and
// opened, and the accounts are read. The baseline is bbolt, opened on the same file, and the records of
// tip and accounts read as they are.
func c3restart() []figure {
	var all []figure
	for _, c := range []struct {
		title  string
		blocks int
	}{{"restart with 1,000 blocks", 1000}, {"restart with 100,000 blocks", 100_000}} {
		dir := sync.OnceValues(func() (string, error) { return chainOf(c.blocks) })
		ours := side{"ours", func() (float64, error) { return restart(dir) }}
		all = append(all,
			figure{id: "C3", title: c.title, unit: "s", ours: ours, target: atMost(1)},
			figure{id: "C3", title: c.title + ", against bare reads", unit: "s", ours: ours,
				base: side{"bare bbolt", func() (float64, error) { return restartBare(dir) }}},
		)
	}
	return all
}

// coinbases is how many accounts the blocks pay.
const coinbases = 1000

// chainOf makes a store with a chain of that many empty blocks, and returns its directory.
func chainOf(blocks int) (dir string, err error) {
	dir = filepath.Join(scratch(), time.Now().Format("150405.000"))
	store, err := boltstore.Open(dir)
	if err != nil {
		return "", err
	}
	defer store.Close()
	tree, err := openTree(store, mempool.ZIP215{})
	if err != nil {
		return "", err
	}
	parent := chain.Genesis()
	hash := parent.Hash()
	for parent.Number < uint64(blocks) {
		var batch []chain.Block
		for range min(1000, uint64(blocks)-parent.Number) {
			parent = chain.Block{Number: parent.Number + 1, Parent: hash, Coinbase: key(int(parent.Number % coinbases))}
			for hash = parent.Hash(); !easy.MeetsDifficulty(hash); hash = parent.Hash() {
				parent.Nonce++
			}
			batch = append(batch, parent)
		}
		if _, err := tree.AddAll(chaintest.Seal(batch...)); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func restart(dir func() (string, error)) (float64, error) {
	path, err := dir()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	store, err := boltstore.Open(path)
	if err != nil {
		return 0, err
	}
	defer store.Close()
	_, err = openTree(store, mempool.ZIP215{})
	return time.Since(began).Seconds(), err
}

func restartBare(dir func() (string, error)) (float64, error) {
	path, err := dir()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	db, err := bbolt.Open(filepath.Join(path, "strata.db"), 0o600, nil)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	accounts := map[[32]byte]chain.Account{}
	err = db.View(func(tx *bbolt.Tx) error {
		tip := tx.Bucket([]byte("meta")).Get([]byte("tip"))
		tx.Bucket([]byte("blocks")).Get(tip[len(tip)-32:])
		return tx.Bucket([]byte("accounts")).ForEach(func(key, value []byte) error {
			balance := value[len(value)-16:]
			accounts[[32]byte(key)] = chain.Account{Balance: binary.BigEndian.Uint64(balance),
				Nonce: binary.BigEndian.Uint64(balance[8:])}
			return nil
		})
	})
	return time.Since(began).Seconds(), err
}
