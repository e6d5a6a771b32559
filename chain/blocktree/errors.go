package blocktree

import (
	"errors"

	"strata/chain"
)

var (
	// ErrInvalidAncestor reports a block that descends from an invalid one. Drop it.
	ErrInvalidAncestor = errors.New("descends from an invalid block")

	// ErrKnownInvalid reports a block that was found invalid before. Drop it.
	ErrKnownInvalid = errors.New("known to be invalid")

	// ErrCorrupt reports a store whose content does not fit together. The node cannot start on it;
	// with an empty store it gets the chain from its peers.
	ErrCorrupt = errors.New("store is corrupt")

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
