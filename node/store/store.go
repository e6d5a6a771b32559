// Package store is where a node keeps blocks, accounts and the tip, so that all three change
// together or not at all.
//
//	node/blocktree     node/process/index
//	     |  View(Reader)  Update(Writer)
//	     v
//	store.Store: Memory, node/process/boltstore
//
// node/store/storetest holds what every store has to do. Read next: node/process/boltstore.
package store

import "errors"

// ErrCorrupt reports a store that holds something else than what was written to it, or records that
// do not fit together. A node stops on it: `strata node --repair` makes a new store of the blocks
// that are whole.
var ErrCorrupt = errors.New("store is corrupt")

// Store is a transactional key-value store: where a node keeps blocks, accounts and the tip, so
// that all three change together or not at all (FRK-6). A transaction must not be begun within another. The
// stores of node/process may be used from any goroutine.
type Store interface {
	// View runs f on one consistent picture of the store and returns its error, or ErrCorrupt if
	// what f read is not what was written.
	View(f func(Reader) error) error

	// Update runs f and keeps what it wrote, all of it, once it returns nil: when Update returns
	// nil, the changes outlive a crash. With any error, f's own or the store's, or a panic of f,
	// nothing of it is kept. Errors: ErrCorrupt as in View.
	Update(f func(Writer) error) error

	// Close ends the store; transactions under way end first. Closing twice does nothing.
	Close() error
}

// Bucket is a space of keys of its own.
type Bucket string

// Reader reads within a transaction and is of no use after it.
type Reader interface {
	// Get is the value of a key. It may be kept; it is not to be modified. A damaged record is none
	// here, and an error of the transaction.
	Get(b Bucket, key []byte) (value []byte, ok bool)

	// Scan calls f with each entry, the keys in ascending order, until f returns an error, and
	// returns that. Key and value may be kept; they are not to be modified. f does not write.
	Scan(b Bucket, f func(key, value []byte) error) error
}

// Writer writes within a transaction, and reads what it wrote. A write that the store cannot do
// makes the transaction's Update fail.
type Writer interface {
	Reader

	// Put sets the value of a key, which is not empty. Both slices belong to the store afterwards.
	Put(b Bucket, key, value []byte)

	// Delete removes a key; one that is not there is no error.
	Delete(b Bucket, key []byte)
}

// Replacer is a Writer that can be spared looking up what a write replaces.
type Replacer interface {
	Writer

	// Replace is Put, or with a nil value Delete, by who knows what the key has so far: old, nil if nothing. All
	// slices belong to the store afterwards.
	Replace(b Bucket, key, value, old []byte)
}
