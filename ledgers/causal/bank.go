package causal

import "strata/network"

// Delivered is an update of a cut, with what a block needs to know of it.
type Delivered struct {
	ID     ID
	Depth  uint64 // CAU-5
	Author network.PublicKey
	Ops    []Op
}

// Outcome is what became of a deed.
type Outcome struct {
	Op  ElementID         // the operation; of a commitment that is settled: its number in its block
	By  network.PublicKey // its author
	Why error             // why it was refused; nil: it was executed
}

// Bank executes blocks. It keeps nothing, and what it does depends on its arguments alone.
type Bank interface {
	// Execute makes the next block: the deeds of the new updates of a cut, which come in any order. s becomes the
	// state after it. It returns what became of each deed, in the order of execution, after what was settled
	// (CAU-8). The slices stay the caller's.
	Execute(s *State, cut []Delivered) []Outcome
}

// NewBank makes a bank.
type NewBank func() Bank
