package blocktree

import (
	"fmt"

	"strata/chain"
	"strata/mempool"
	"strata/node/store"
)

// Open makes the tree on what the store holds: an empty one gets the genesis block, any other is
// checked (FRK-6). The configs are complete. Errors: ErrCorrupt; ErrOtherChain; the store's.
func Open(db store.Store, executor chain.Executor, pool Pool, params chain.Params, cfg Config) (*Tree, error) {
	t := &Tree{
		cfg: cfg, params: params, executor: executor, pool: pool, store: db,
		watch:   func(Change) {},
		state:   chain.NewState(),
		fresh:   map[chain.BlockHash]*chain.Sealed{},
		orphans: newOrphans(),
		invalid: invalid{known: map[chain.BlockHash]bool{}},
	}
	empty := false
	err := db.View(func(r store.Reader) error {
		number, hash, ok, err := readTip(r)
		if empty = !ok; empty || err != nil {
			return err
		}
		return t.load(r, number, hash)
	})
	if err == nil && empty {
		err = db.Update(t.begin)
	}
	t.undoFrom = max(t.undoFrom, 1)
	if err != nil {
		return nil, fmt.Errorf("chain: %w", err)
	}
	return t, nil
}

// Watch calls f after each move of the tip, before the Add that moved it returns. f does not add
// blocks.
func (t *Tree) Watch(f func(Change)) { t.watch = f }

// begin writes the genesis block.
func (t *Tree) begin(w store.Writer) error {
	genesis := chain.Seal(chain.Genesis())
	putBlock(w, &genesis)
	putOnChain(w, &genesis, chain.Undo{})
	putTip(w, 0, genesis.Hash())
	w.Put(bucketMeta, keyParams, paramsText(t.params))
	return nil
}

// load makes the state of the stored accounts and checks that tip and accounts fit together.
func (t *Tree) load(r store.Reader, number uint64, hash chain.BlockHash) error {
	if made, _ := r.Get(bucketMeta, keyParams); string(made) != string(paramsText(t.params)) {
		return fmt.Errorf("%w: it has %s, wanted %s", ErrOtherChain, made, paramsText(t.params))
	}
	if err := t.checkTip(r, number, hash); err != nil {
		return err
	}
	if err := t.loadUndoFrom(r, number); err != nil {
		return err
	}
	t.state.Advance(number, hash)
	if err := t.loadAccounts(r); err != nil {
		return err
	}
	return r.Scan(bucketInvalid, func(key, value []byte) error {
		if len(key) != 8 || len(value) != hashSize {
			return fmt.Errorf("%w: record of an invalid block", ErrCorrupt)
		}
		t.invalid.remember(key, chain.BlockHash(value))
		return nil
	})
}

func (t *Tree) checkTip(r store.Reader, number uint64, hash chain.BlockHash) error {
	tip, err := readBlock(r, hash)
	if err != nil {
		return err
	}
	listed, _ := r.Get(bucketNumbers, numberKey(number))
	switch {
	case tip.Number != number || tip.Hash() != hash || string(listed) != string(hash[:]):
		return fmt.Errorf("%w: tip %d %v does not fit its block", ErrCorrupt, number, hash)
	case number > 0 && !t.params.MeetsDifficulty(hash):
		return fmt.Errorf("%w: tip %d: %w", ErrCorrupt, number, chain.ErrProofOfWork)
	}
	_, err = readUndo(r, number)
	return err
}

// loadAccounts reads every account. All there is was made by rewards, so that the balances have to
// sum up to them (modulo 2^64).
func (t *Tree) loadAccounts(r store.Reader) error {
	var sum uint64
	err := r.Scan(bucketAccounts, func(key, value []byte) error {
		if len(key) != keySize || len(value) != accountSize {
			return fmt.Errorf("%w: account %x", ErrCorrupt, key)
		}
		a := account(value)
		sum += a.Balance
		t.state.SetAccount(mempool.PublicKey(key), a)
		return nil
	})
	if err != nil {
		return err
	}
	if want := t.params.BlockReward * t.state.Number(); sum != want {
		return fmt.Errorf("%w: the balances sum up to %d, the rewards of %d blocks to %d", ErrCorrupt, sum, t.state.Number(), want)
	}
	return nil
}
