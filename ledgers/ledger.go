package ledgers

import (
	"encoding/hex"
	"errors"
	"fmt"

	"strata/network"
)

// Ledger is what all ledgers have in common. All methods are called on the node's loop.
type Ledger interface {
	// Start recovers from the disk, then starts the layers below; w is told what becomes of
	// operations from now on. Errors: ErrDamaged; ErrForeign if the disk is another chain's;
	// ErrNotFounded if there is nothing on it; those of gossip.Gossip.Start.
	Start(w Watcher) error

	// Submit takes an operation in its canonical encoding, which it may keep. It is idempotent: the
	// same operation again gives the same id (LED-2). With an error nothing is kept or sent; the
	// id is known all the same, unless the error is ErrMalformed. Errors: ErrMalformed,
	// ErrSignature, ErrForeign, ErrStale, ErrFull.
	Submit(op []byte) (OpID, error)

	// Status is what has become of an operation by now (LED-3).
	Status(id OpID) Status

	// Digest says how far the ledger is, and what it has come to (LED-5).
	Digest() Digest

	// Stop ends all timers and stops the layers below. Stopping twice does nothing.
	Stop()
}

// Watcher is told of each operation and each of its transitions once, in the ledger's own order.
type Watcher interface {
	Final(id OpID, at Digest)
	Undone(id OpID) // only where certainty is a depth
	Refused(id OpID, why error)

	// Blamed names a peer that has sent what no correct node sends: a copy that was dropped because of its
	// encoding or signature (LED-4), or an answer that is none. why is ErrMalformed, ErrSignature or ErrAnswer.
	// Nothing else comes of it: whoever guards the node decides. Called while what came is handled.
	Blamed(from network.Addr, why error)
}

// OpID is the SHA-256 of all fields of an operation but its signature, chain id included (LED-2).
type OpID [32]byte

// String is the id in lower-case hex.
func (id OpID) String() string { return hex.EncodeToString(id[:]) }

// ChainID is the SHA-256 of the genesis text (LED-1).
type ChainID [32]byte

// String is the id in lower-case hex.
func (id ChainID) String() string { return hex.EncodeToString(id[:]) }

// State is what has become of an operation.
type State uint8

// The states. Unknown says nothing about the past: whoever has lost track asks again, or submits
// again. Refused is for good; what may yet become valid is waiting.
const (
	Unknown State = iota
	Waiting
	Final
	Refused
)

// String is the state's name.
func (s State) String() string {
	switch s {
	case Unknown:
		return "unknown"
	case Waiting:
		return "waiting"
	case Final:
		return "final"
	case Refused:
		return "refused"
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// Status is a state, and with what certainty (LED-3).
type Status struct {
	State State
	Depth uint64 // of proof of work: blocks on top, the operation's own counted; 0: certain
	Why   error  // why it was refused; it names the rule
}

// Digest is how far a ledger is and what it has come to. Equal positions have equal digests (LED-5).
type Digest struct {
	Position uint64
	Hash     [32]byte
}

// String is position and hash.
func (d Digest) String() string {
	return fmt.Sprintf("%d %s", d.Position, hex.EncodeToString(d.Hash[:]))
}

// One error for each reaction that a caller can have.
var (
	// ErrMalformed reports bytes that are no operation.
	ErrMalformed = errors.New("malformed operation")

	// ErrSignature reports a signature that is wrong. It says nothing about the id: the next copy may
	// be a good one (LED-4).
	ErrSignature = errors.New("wrong signature")

	// ErrAnswer reports an answer that does not answer what was asked. Ask another peer.
	ErrAnswer = errors.New("wrong answer")

	// ErrForeign reports an operation, a message or a disk of another chain.
	ErrForeign = errors.New("of another chain")

	// ErrStale reports an operation that comes too late ever to be executed.
	ErrStale = errors.New("comes too late")

	// ErrFull reports that there is no place for the operation now. Submit it again later.
	ErrFull = errors.New("no place is free")

	// ErrDamaged reports a disk that holds something else than what was written to it. The operator
	// decides what to do (LDR-9).
	ErrDamaged = errors.New("the disk is damaged")

	// ErrNotFounded reports a disk without a founding record: this node has never been one of the
	// chain, or it has lost its disk.
	ErrNotFounded = errors.New("the disk is empty")
)

// Limits that all ledgers share.
const (
	MaxOperation = 4 << 10   // bytes of one operation
	MaxBlock     = 512 << 10 // bytes of one block
	MaxBlockOps  = 1000      // operations of one block
	MaxMembers   = 21
	MaxRange     = 64 // blocks of one answer, and MaxBlock bytes
	MaxPool      = 5000
	MaxPerSender = 64
)
