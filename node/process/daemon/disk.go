package daemon

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"strata/node/blocktree"
	"strata/node/process/boltstore"
	"strata/node/process/settings"
	"strata/node/store"
)

// commits is a store that tells of a commit that did not come to the disk: the disk is full, has gone,
// or may be read only. A node that goes on without its disk mines blocks that it cannot keep, and
// falls behind without a word; so it ends, and what it had reported is there when it starts again.
type commits struct {
	store.Store
	broke func(error) // called on the goroutine that commits
}

// Update does what the store does. What f itself refuses is nobody's fault.
func (c commits) Update(f func(store.Writer) error) error {
	var refused error
	err := c.Store.Update(func(w store.Writer) error {
		refused = f(w)
		return refused
	})
	if err != nil && refused == nil {
		c.broke(notWritten(err))
	}
	return err
}

// notWritten says of a failed commit what there is to do. Damage has a remedy of its own.
func notWritten(err error) error {
	switch {
	case errors.Is(err, store.ErrCorrupt):
		return err
	case isFull(err):
		return fmt.Errorf("the node stopped, since its disk is full: %w; nothing is lost: make room and start it again", err)
	}
	return fmt.Errorf("the node stopped, since its disk does not take what it writes: %w; nothing is lost: mend that and start it again", err)
}

// isFull says whether the system had no room for what was written.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// ofNewer says what there is to do about a store that a newer program wrote.
func ofNewer(err error) error {
	if !errors.Is(err, boltstore.ErrNewer) {
		return err
	}
	return fmt.Errorf("%w; nothing was changed: use that program, or name another directory with --data", err)
}

// withRemedy says what there is to do about a store that cannot be used as it is.
func withRemedy(err error, dir string) error {
	switch {
	case errors.Is(err, store.ErrCorrupt):
		return fmt.Errorf("%w; nothing was changed, and `strata node --repair --data %s` makes a new store of the blocks that are whole", err, dir)
	case errors.Is(err, boltstore.ErrNewer):
		return ofNewer(err)
	case errors.Is(err, blocktree.ErrOtherChain) && dir != "":
		return fmt.Errorf("%w; if the store is right, say its difficulty with --difficulty, or for good in %s; if the store was begun with a slip, begin another one: name another directory with --data",
			err, filepath.Join(dir, settings.FileName))
	}
	return err
}
