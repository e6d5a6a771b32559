package main

import (
	"fmt"
	"path/filepath"
	"time"

	"strata/chain"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/writebehind"
	"strata/node/store"
)

// loopWait is how long a node's loop waits for its store at most, while full blocks come as fast as the disk takes them:
// behind the loop, as a node has it, or, to compare, with every commit on the loop.
func loopWait(name string, behind bool) figure {
	w := waits{commits: commits{behind: behind}}
	f := figure{id: "C5", title: "longest wait of the loop for the disk", unit: "ms", ours: side{name, w.longest}}
	if behind {
		f.target = atMost(5)
	}
	return f
}

// waits is a tree on such a store, from the first run to the last.
type waits struct {
	commits
	timed *timed
	room  func() // waits until the store takes more, as a node does away from the loop
}

func (w *waits) longest() (ms float64, err error) {
	if w.once.Do(func() { w.err = w.open() }); w.err != nil {
		return 0, w.err
	}
	blocks := w.blocks()
	w.timed.longest = 0
	for _, b := range blocks {
		w.room()
		if added, err := w.tree.Add(chain.Seal(b)); err != nil || added.Status != blocktree.Tip {
			return 0, fmt.Errorf("block %d: %v %w", b.Number, added, err)
		}
	}
	return float64(w.timed.longest.Microseconds()) / 1000, nil
}

func (w *waits) open() error {
	w.begin()
	disk, err := boltstore.Open(filepath.Join(scratch(), fmt.Sprintf("c5-%t", w.behind)))
	if err != nil {
		return err
	}
	if _, err := openTree(disk, w.verifier); err != nil { // writes the genesis block
		return err
	}
	for from := 0; from < storedAccounts; from += recordsInACommit {
		if err := putAccounts(disk, from); err != nil {
			return err
		}
	}
	w.timed, w.room = &timed{Store: disk}, func() {}
	if w.behind {
		s := writebehind.New(disk, func(error) {}) // an Update reports it, too
		w.timed.Store, w.room = s, s.Room
	}
	w.tree, err = openTree(w.timed, w.verifier)
	return err
}

// timed is a store that notes how long its longest Update took.
type timed struct {
	store.Store
	longest time.Duration
}

func (t *timed) Update(f func(store.Writer) error) error {
	began := time.Now()
	err := t.Store.Update(f)
	t.longest = max(t.longest, time.Since(began))
	return err
}
