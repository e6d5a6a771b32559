package main

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/offloop/signatures"
	"strata/node/process/boltstore"
	"strata/node/process/writebehind"
	"strata/node/store"
	reference "strata/solutions/chain"
)

// c5 is the commit of a full block to a store of 1,000,000 accounts: all that the block tree does once
// the signatures are known, against bbolt that is given the same keys and values and nothing else, a commit for each
// block. Behind the loop, as strata-node has it, a block is executed while the disk takes the one before, and those that
// wait share a commit. To show what one commit costs beside a bare one, the same is measured where each block is held
// back until the one before has begun, so that none shares, which no node does.
func c5() []figure {
	behind, on, shared := &commits{behind: true}, &commits{}, &commits{behind: true, shared: true}
	rates := func(title string, ours, bare side) figure {
		return figure{id: "C5", title: title, unit: "blocks/s", ours: ours, base: bare}
	}
	asNode := rates("durable commits of full blocks, 1M accounts", side{"as a node", shared.ours}, side{"bare bbolt, one each", shared.bare})
	asNode.target = atLeast(1)
	const alone = "the same, none shared"
	return []figure{asNode, rates(alone, side{"behind the loop", behind.ours}, side{"bare bbolt", behind.bare}),
		rates(alone, side{"on the loop", on.ours}, side{"bare bbolt", on.bare}), loopWait("behind the loop", true), loopWait("on the loop", false)}
}

const (
	storedAccounts   = 1_000_000
	blocksInARun     = 300
	recordsInACommit = 50_000 // while the accounts are written
)

// easy makes a block cost 16 hashes.
var easy = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 10}

// commits has both stores open, from the first run to the last.
type commits struct {
	behind  bool // the commits, the loop
	shared  bool // behind: by the blocks that wait
	once    sync.Once
	err     error
	store   *recording
	writer  *writebehind.Store // nil: on the loop
	tree    *blocktree.Tree
	bareDB  *bbolt.DB
	senders []ed25519.PrivateKey
	random  *rand.Rand

	verifier *signatures.Memory // knows what blocks has made
}

func (c *commits) ours() (float64, error) {
	if c.once.Do(c.open); c.err != nil {
		return 0, c.err
	}
	blocks := c.blocks()
	began := time.Now()
	for _, b := range blocks {
		if added, err := c.tree.Add(chain.Seal(b)); err != nil || added.Status != blocktree.Tip {
			return 0, fmt.Errorf("block %d: %v %w", b.Number, added, err)
		}
		switch {
		case c.shared:
			c.writer.Room()
		case c.behind:
			<-c.store.begun
		}
	}
	var err error
	if c.writer != nil {
		err = c.writer.Wait(c.writer.Last())
	}
	return blocksInARun / time.Since(began).Seconds(), err
}

// bare writes what ours wrote last.
func (c *commits) bare() (float64, error) {
	if c.store == nil {
		if _, err := c.ours(); err != nil {
			return 0, err
		}
	}
	updates := c.store.updates
	c.store.updates = nil
	began := time.Now()
	for _, writes := range updates {
		if err := c.bareDB.Update(func(tx *bbolt.Tx) error { return write(tx, writes) }); err != nil {
			return 0, err
		}
	}
	return blocksInARun / time.Since(began).Seconds(), nil
}

func write(tx *bbolt.Tx, writes []record) error {
	for _, w := range writes {
		b, err := tx.CreateBucketIfNotExists([]byte(w.bucket))
		if err == nil && w.value == nil {
			err = b.Delete(w.key)
		} else if err == nil {
			err = b.Put(w.key, w.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// blocks makes as many full blocks on the tip as a run takes: to accounts anywhere in the store.
func (c *commits) blocks() []chain.Block {
	state := c.tree.State()
	number, parent := state.Number(), state.Hash()
	var blocks []chain.Block
	for i := range blocksInARun {
		b := chain.Block{Number: number + 1 + uint64(i), Parent: parent, Coinbase: key(c.random.IntN(storedAccounts))}
		for _, sender := range c.senders {
			nonce := state.Account(mempool.PublicKey(sender.Public().(ed25519.PublicKey))).Nonce + uint64(i)
			b.Transactions = append(b.Transactions, mempool.Sign(sender, key(c.random.IntN(storedAccounts)), nonce, 0))
		}
		c.verifier.VerifyBatch(b.Transactions)
		for parent = b.Hash(); !easy.MeetsDifficulty(parent); parent = b.Hash() {
			b.Nonce++
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// begin makes whoever pays in the blocks.
func (c *commits) begin() {
	c.random = rand.New(rand.NewPCG(1, 2))
	c.verifier = signatures.Remember(mempool.ZIP215{})
	for i := range 10 {
		seed := make([]byte, ed25519.SeedSize)
		seed[0] = byte(i)
		c.senders = append(c.senders, ed25519.NewKeyFromSeed(seed))
	}
}

// open makes both stores.
func (c *commits) open() {
	c.begin()
	dir := filepath.Join(scratch(), fmt.Sprintf("c5-commits-%t-%t", c.behind, c.shared))
	disk, err := boltstore.Open(dir)
	if err == nil {
		c.bareDB, err = bbolt.Open(filepath.Join(dir, "bare.db"), 0o600, nil)
	}
	if err != nil {
		c.err = err
		return
	}
	if _, c.err = openTree(disk, c.verifier); c.err != nil { // writes the genesis block
		return
	}
	kept := &recording{Store: disk}
	for from := 0; from < storedAccounts && c.err == nil; from += recordsInACommit {
		if c.err = putAccounts(kept, from); c.err == nil {
			c.err = c.bareDB.Update(func(tx *bbolt.Tx) error { return write(tx, kept.updates[0]) })
		}
		kept.updates = nil
	}
	if c.err != nil {
		return
	}
	c.store = kept
	c.err = c.openLoop(disk)
}

// openLoop has the tree on the store as the loop sees it, with the recording where one Update is one block.
func (c *commits) openLoop(disk store.Store) (err error) {
	var seen store.Store = c.store
	switch {
	case c.shared:
		c.writer = writebehind.New(disk, func(error) {}) // Wait reports it, too
		c.store.Store = c.writer
	case c.behind:
		c.store.begun = make(chan struct{})
		c.writer = writebehind.New(c.store, func(error) {})
		seen = c.writer
	}
	c.tree, err = openTree(seen, c.verifier)
	return err
}

// putAccounts puts the next recordsInACommit accounts into a store.
func putAccounts(s store.Store, from int) error {
	return s.Update(func(w store.Writer) error {
		for i := range recordsInACommit {
			k := key(from + i)
			w.Put("accounts", k[:], append(make([]byte, 15), 1)) // nothing, and one transaction sent
		}
		return nil
	})
}

func openTree(s store.Store, verifier mempool.Verifier) (*blocktree.Tree, error) {
	cfg, err := blocktree.Config{}.Complete()
	if err != nil {
		return nil, err
	}
	return blocktree.Open(s, reference.New(chain.Config{Params: easy, Verifier: verifier}), noPool{}, easy, cfg)
}

type noPool struct{}

func (noPool) Add(mempool.Transaction) error { return nil }
func (noPool) Evict(...mempool.TxID)         {}

// recording is a store that notes what is written.
type recording struct {
	store.Store
	updates [][]record
	begun   chan struct{} // has each Update wait until somebody knows of it: so none gets two blocks; nil: nobody wants to
}

type record struct {
	bucket     store.Bucket
	key, value []byte // a nil value: deleted
}

func (r *recording) Update(f func(store.Writer) error) error {
	if r.begun != nil {
		r.begun <- struct{}{}
	}
	return r.Store.Update(func(w store.Writer) error {
		n := &noting{Writer: w}
		err := f(n)
		r.updates = append(r.updates, n.writes)
		return err
	})
}

type noting struct {
	store.Writer
	writes []record
}

func (n *noting) Put(b store.Bucket, key, value []byte) {
	n.writes = append(n.writes, record{b, key, value})
	n.Writer.Put(b, key, value)
}

func (n *noting) Delete(b store.Bucket, key []byte) {
	n.writes = append(n.writes, record{b, key, nil})
	n.Writer.Delete(b, key)
}

// Replace hands on what a store behind the loop knows.
func (n *noting) Replace(b store.Bucket, key, value, old []byte) {
	n.writes = append(n.writes, record{b, key, value})
	n.Writer.(store.Replacer).Replace(b, key, value, old)
}

// scratch is a directory of this run of the benchmarks, made when first asked for.
var scratch = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "strata-bench-*")
	if err != nil {
		panic(err)
	}
	scratchMade = dir
	return dir
})

var scratchMade string

func removeScratch() {
	if scratchMade != "" {
		os.RemoveAll(scratchMade)
	}
}
