package lattice

import "errors"

// What a block can be besides valid (LAT-2). The first ones wait: what they lack may come.
var (
	// ErrGapPrevious reports a block whose previous one is not here.
	ErrGapPrevious = errors.New("its previous block is unknown (LAT-2)")

	// ErrGapSource reports a receive or an open whose send is not here, or not cemented here.
	ErrGapSource = errors.New("its source is not cemented (LAT-2)")

	// ErrFork reports a block in whose place another one stands that is not cemented: the votes decide. It would
	// be valid there.
	ErrFork = errors.New("another block has its place (LAT-4)")

	// ErrKnown reports a block that the ledger has.
	ErrKnown = errors.New("the ledger has it")

	// ErrOld reports a block in whose place another one is cemented.
	ErrOld = errors.New("another block is cemented in its place (LAT-4)")

	// ErrWork reports work below the threshold. Work is not signed: the next copy may be a good one.
	ErrWork = errors.New("its work is below the threshold (LAT-2)")

	// ErrBurn reports a block of the burn account, or a send to it.
	ErrBurn = errors.New("nobody has the burn account (LAT-2)")

	// ErrPrevious reports a block that stands on another account's.
	ErrPrevious = errors.New("its previous block is another account's (LAT-2)")

	// ErrLink reports a change with a link.
	ErrLink = errors.New("a change has no link (LAT-2)")

	// ErrAmount reports a receive or an open of another amount than was sent, or of nothing.
	ErrAmount = errors.New("its amount is not what was sent (LAT-2)")

	// ErrUnreceivable reports a receive or an open of what was received already, or sent to somebody else.
	ErrUnreceivable = errors.New("there is nothing to receive (LAT-2)")

	// ErrCheckpoint reports a checkpoint that no node may start from, or sign: it is forged, of another network, too
	// old, or signed by too little weight.
	ErrCheckpoint = errors.New("no checkpoint to rely on (LAT-11)")

	// ErrNotHere reports that a ledger cannot tell whether a checkpoint is right: it has not cemented as much yet, or
	// has pruned too much. Ask later, or make another checkpoint.
	ErrNotHere = errors.New("not cemented here, or pruned (LAT-11)")
)
