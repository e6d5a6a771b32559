package blocktree

import (
	"bytes"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/node/store"
)

// Pool is what the tree needs of a mempool.Mempool (FRK-5).
type Pool interface {
	Add(tx mempool.Transaction) error
	Evict(ids ...mempool.TxID)
}

// Change is one move of the tip.
type Change struct {
	Undone  []chain.Sealed // no longer on the chain, in ascending order; mostly empty
	Applied []chain.Sealed // on the chain now, in ascending order; the last is the tip
}

// Tree holds every known block and knows which of them is the tip. All methods are called on the
// node's loop.
type Tree struct {
	cfg      Config
	params   chain.Params
	executor chain.Executor
	pool     Pool
	store    store.Store
	watch    func(Change)
	undoFrom uint64 // least number of a block of the chain that can be undone; 1 or more

	damage  error       // wraps ErrCorrupt: the store can no longer be trusted
	damaged func(error) // told of it

	watchConnected func(chain.Sealed) // nil: nobody

	state   *chain.State                      // after the tip
	fresh   map[chain.BlockHash]*chain.Sealed // connected within this call, not stored yet
	orphans orphans                           // parent unknown
	invalid invalid                           // broken forever
	beyond  *beyond                           // nil: none
}

// beyond is the highest orphan that found no room.
type beyond struct {
	number uint64
	hash   chain.BlockHash
}

// Status says what became of a block.
type Status int

// What becomes of a block.
const (
	Duplicate Status = iota // it was there already
	Invalid                 // it, or an ancestor, broke a rule; Added.Reason says which
	Orphan                  // its parent is unknown; see Wanted
	Side                    // it is known and connected, but not higher than the tip
	Tip                     // the tip moved: to it, or to a block that waited for it
)

// Added is the result of Add.
type Added struct {
	Status Status
	Reason error // for Invalid: wraps ErrInvalidAncestor or one of package chain
}

// Add takes a block from anywhere and moves the tip if that brings a higher valid one (FRK-1);
// then the store has the new tip, the pool is settled and the watcher told before Add returns.
// Error: the store failed, and nothing has changed but
// that blocks that hung on this one may have been forgotten.
func (t *Tree) Add(b chain.Sealed) (Added, error) {
	added, err := t.AddAll([]chain.Sealed{b})
	if err != nil {
		return Added{}, err
	}
	return added[0], nil
}

// wait keeps an orphan, within the bound (FRK-4).
func (t *Tree) wait(k *chain.Sealed) {
	out := t.orphans.add(k, t.cfg.MaxOrphans)
	if out != nil && (t.beyond == nil || out.Number > t.beyond.number) {
		t.beyond = &beyond{out.Number, out.Hash()}
	}
}

// refuse remembers the block, and the orphans that descend from it, as invalid (FRK-2).
func (t *Tree) refuse(hash chain.BlockHash, reason error) (Added, error) {
	hashes := []chain.BlockHash{hash}
	for _, o := range t.orphans.takeDescendants(hash) {
		hashes = append(hashes, o.Hash())
	}
	return Added{Invalid, reason}, t.forbid(hashes)
}

// claim makes fresh the block and all orphans that descend from it, and lists them, parents first. Orphans whose
// number does not follow their parent's are misfits, with all that descend from them (FRK-3).
func (t *Tree) claim(k *chain.Sealed) (connected []*chain.Sealed, misfits []chain.BlockHash) {
	connected = []*chain.Sealed{k}
	for i := 0; i < len(connected); i++ {
		parent := connected[i]
		t.fresh[parent.Hash()] = parent
		for _, child := range t.orphans.takeChildren(parent.Hash()) {
			if child.Number == parent.Number+1 {
				connected = append(connected, child)
				continue
			}
			misfits = append(misfits, child.Hash())
			for _, o := range t.orphans.takeDescendants(child.Hash()) {
				misfits = append(misfits, o.Hash())
			}
		}
	}
	return connected, misfits
}

// highest is the block that the tip should move to, or nil if there is none better: the highest
// that is not known to be invalid, the first of equals (FRK-1).
func (t *Tree) highest(connected []*chain.Sealed) *chain.Sealed {
	var best *chain.Sealed
	for _, k := range connected {
		if t.fresh[k.Hash()] == nil || k.Number <= t.state.Number() {
			continue
		}
		if best == nil || k.Number > best.Number {
			best = k
		}
	}
	return best
}

// cutOff lists the broken blocks and all fresh ones that descend from them. They stop being fresh.
func (t *Tree) cutOff(broken []chain.BlockHash, connected []*chain.Sealed) []chain.BlockHash {
	out := map[chain.BlockHash]bool{}
	for _, hash := range broken {
		out[hash] = true
		delete(t.fresh, hash)
	}
	for _, k := range connected { // parents come first
		if out[k.Parent] && !out[k.Hash()] {
			out[k.Hash()] = true
			broken = append(broken, k.Hash())
			delete(t.fresh, k.Hash())
		}
	}
	return broken
}

// settle gives the pool back what was undone and takes out what is on the chain now (FRK-5).
func (t *Tree) settle(c Change) {
	included := map[mempool.TxID]bool{}
	var ids []mempool.TxID
	for _, b := range c.Applied {
		for _, tx := range b.Transactions {
			id := tx.ID()
			included[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		t.pool.Evict(ids...) // all at once: it is a pass over the pool
	}
	for _, b := range c.Undone {
		for _, tx := range b.Transactions {
			if !included[tx.ID()] {
				// Refused if the pool is full or has another of that nonce: first seen stays.
				_ = t.pool.Add(tx)
			}
		}
	}
}

// Wanted lists the hashes of the blocks that are missing, in ascending order: unknown parents of
// orphans, and an orphan that found no room as soon as there is some (FRK-4).
func (t *Tree) Wanted() []chain.BlockHash {
	wanted := t.orphans.missing()
	if t.beyond != nil && t.orphans.len() <= t.cfg.MaxOrphans/2 {
		if t.Knows(t.beyond.hash) {
			t.beyond = nil
		} else {
			wanted = append(wanted, t.beyond.hash)
		}
	}
	slices.SortFunc(wanted, compare)
	return slices.Compact(wanted)
}

// Forget gives up a wanted block that nobody has: what waits for it is dropped.
func (t *Tree) Forget(hash chain.BlockHash) {
	t.orphans.takeDescendants(hash)
	if t.beyond != nil && t.beyond.hash == hash {
		t.beyond = nil
	}
}

// Refuse remembers a hash that stands for no valid block, such as that of a malformed text.
// Error: the store failed.
func (t *Tree) Refuse(hash chain.BlockHash) error {
	if t.Has(hash) {
		return nil
	}
	_, err := t.refuse(hash, nil)
	return err
}

// Has says whether the block is known and connected to genesis.
func (t *Tree) Has(hash chain.BlockHash) bool {
	_, ok := t.BlockText(hash)
	return ok
}

// Refused says whether the block, or an ancestor, was found invalid and that is still remembered.
func (t *Tree) Refused(hash chain.BlockHash) bool { return t.invalid.has(hash) }

// Knows says whether Add would have nothing to learn from the block: it is connected, an orphan or
// invalid.
func (t *Tree) Knows(hash chain.BlockHash) bool {
	return t.invalid.has(hash) || t.orphans.has(hash) || t.Has(hash)
}

// Orphans is the number of blocks that wait for an ancestor.
func (t *Tree) Orphans() int { return t.orphans.len() }

// State is the state after the tip. It is to be read only, and until the tip moves.
func (t *Tree) State() *chain.State { return t.state }

func compare(a, b chain.BlockHash) int { return bytes.Compare(a[:], b[:]) }
