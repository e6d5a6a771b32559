package blocktree

import (
	"errors"

	"strata/chain"
	"strata/node/store"
)

var (
	// ErrInvalidAncestor reports a block that descends from an invalid one. Drop it.
	ErrInvalidAncestor = errors.New("descends from an invalid block")

	// ErrKnownInvalid reports a block that was found invalid before. Drop it.
	ErrKnownInvalid = errors.New("known to be invalid")

	// ErrCorrupt reports a store whose content does not fit together. The tree takes nothing any longer,
	// and the node stops; package node/process/repair makes a new store of what is whole.
	ErrCorrupt = store.ErrCorrupt

	// ErrTooDeep reports a block of a branch that would undo more of the chain than there is undo data for
	// (Config.KeepUndo). It breaks no rule, and is kept as a side branch; but this node does not follow it.
	// A node whose peers are all on such a branch gets there with an empty store, or by a repair.
	ErrTooDeep = errors.New("branches off below what can be undone")

	// ErrOtherChain reports a store that was made with other params. Use those, or another store.
	ErrOtherChain = errors.New("store is of a chain with other params")
)

// brokenError reports blocks that cannot be executed: the first is invalid for the reason given,
// the others descend from it.
type brokenError struct {
	hashes []chain.BlockHash
	reason error
}

func (e *brokenError) Error() string { return e.reason.Error() }

// deepError reports a branch that cannot be followed: path is as much of it as was looked at.
type deepError struct {
	path   []*chain.Sealed
	reason error // wraps ErrTooDeep
}

func (e *deepError) Error() string { return e.reason.Error() }
