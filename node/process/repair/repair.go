package repair

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/store"
)

// Progress is how far a repair is. It has two parts: reading the old file, then executing what was
// found.
type Progress struct {
	Reading     bool
	Done, Total int64 // bytes while reading, blocks afterwards
}

// Report says what a repair kept and what it lost.
type Report struct {
	Tip     uint64 // number of the new tip
	Hash    chain.BlockHash
	Side    int    // whole blocks that are not on the chain
	Invalid int    // whole blocks that break a rule, with what descends from them
	Cut     int    // whole blocks one of whose ancestors is not there
	Gap     uint64 // the least number of those; the block before it is lost. 0: Cut is 0
	Aside   string // where the damaged file is now
}

// ErrNoBlocks reports a file without a single block of these params. Most likely they are those of
// another chain: a new store would have nothing in it.
var ErrNoBlocks = errors.New("no block is whole")

// Run makes the store of a data directory again, from the blocks that are whole; the damaged file is
// kept beside it. progress is called now and then, on the caller's goroutine. After an error, be it that
// the context ended, the directory is as it was. Errors: boltstore.ErrLocked; os.ErrNotExist if
// there is no store; ErrNoBlocks; blocktree.ErrOtherChain is not among them, since blocks of other
// params are no blocks here.
func Run(ctx context.Context, dir string, executor chain.Executor, params chain.Params, progress func(Progress)) (Report, error) {
	var r Report
	aside, err := boltstore.Rebuild(dir, func(old io.ReaderAt, size int64, s *boltstore.Store) error {
		scan := scanner{params: params, found: map[chain.BlockHash]place{}}
		err := scan.scan(old, size, func(done int64) error {
			progress(Progress{true, done, size})
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		if len(scan.found) == 0 {
			return ErrNoBlocks
		}
		return r.execute(ctx, scan.found, old, s, executor, params, progress)
	})
	r.Aside = aside
	return r, err
}

// batch is how many blocks are added in one transaction.
const batch = 256

// execute adds the blocks that hang on genesis to a new store, parents first.
func (r *Report) execute(ctx context.Context, found map[chain.BlockHash]place, f io.ReaderAt, s store.Store, executor chain.Executor, params chain.Params, progress func(Progress)) error {
	whole := r.connected(found)
	cfg, err := blocktree.Config{}.Complete() // keeps all undo data: what is tried first need not be the best
	if err != nil {
		return err
	}
	tree, err := blocktree.Open(s, executor, noPool{}, params, cfg)
	if err != nil {
		return err
	}
	total := int64(len(whole))
	for done := int64(0); done < total; {
		next := whole[done:min(done+batch, total)]
		blocks := make([]chain.Sealed, len(next))
		for i, p := range next {
			text := make([]byte, p.size)
			if _, err := f.ReadAt(text, p.at); err != nil {
				return err
			}
			if blocks[i], err = chain.ParseSealed(text, chain.HashOf(text)); err != nil {
				return fmt.Errorf("the file changed: %w", err)
			}
		}
		added, err := tree.AddAll(blocks)
		if err != nil {
			return err
		}
		for _, a := range added {
			if a.Status == blocktree.Invalid {
				r.Invalid++
			}
		}
		done += int64(len(next))
		progress(Progress{false, done, total})
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	r.Tip, r.Hash = tree.State().Number(), tree.State().Hash()
	r.Side = len(whole) - r.Invalid - int(r.Tip)
	return nil
}

// connected lists the blocks all of whose ancestors are there, parents first, and counts the others.
func (r *Report) connected(found map[chain.BlockHash]place) []place {
	type block struct {
		place
		hash chain.BlockHash
	}
	all := make([]block, 0, len(found))
	for hash, p := range found {
		all = append(all, block{p, hash})
	}
	slices.SortFunc(all, func(a, b block) int {
		if a.number != b.number {
			if a.number < b.number {
				return -1
			}
			return 1
		}
		return bytes.Compare(a.hash[:], b.hash[:])
	})
	rooted := map[chain.BlockHash]uint64{chain.Genesis().Hash(): 0}
	var whole []place
	for _, b := range all {
		if number, ok := rooted[b.parent]; ok && b.number == number+1 {
			rooted[b.hash] = b.number
			whole = append(whole, b.place)
			continue
		}
		r.Cut++
		if r.Gap == 0 || b.number < r.Gap {
			r.Gap = b.number
		}
	}
	return whole
}

// noPool is what the tree has for a mempool while no node runs.
type noPool struct{}

func (noPool) Add(mempool.Transaction) error { return nil }
func (noPool) Evict(...mempool.TxID)         {}
