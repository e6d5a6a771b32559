package causal

import (
	"strata/gossip"
	"strata/ledgers/agreement"
	"strata/network"
	"strata/p2p"
)

// Causal is elective 10: a document that everybody may write, anywhere, at once. All methods are called on the
// node's loop.
type Causal interface {
	// Start recovers from the disk, then starts the layers below; w is told of updates from now on, also of
	// those on the disk. Errors: ledgers.ErrDamaged; ledgers.ErrForeign if the disk is another document's;
	// ledgers.ErrNotFounded if there is nothing on it; those of gossip.Gossip.Start.
	Start(w Watcher) error

	// Write makes an update of 1 to 64 operations, by this node's identity. It calls done once, later: with
	// the update's id when it is safe and told; with ErrInvalid if the operations cannot be delivered;
	// with ledgers.ErrFull if 64 others wait; with the disk's error. One is made after the other, in order.
	Write(ops []Op, done func(id ID, err error))

	// Heads are the delivered updates that no delivered one names, sorted (CAU-3). The root alone at first.
	Heads() []ID

	// Update is a delivered update; nil of the root and of any other.
	Update(id ID) *Update

	// Document is what the delivered updates make. It is only read.
	Document() Document

	// Cut lists what heads and their ancestors have that others and theirs have not, in any order, for a block to
	// execute (CAU-8). whole says that all of it is delivered: what is not is asked for by CAU-3.
	Cut(heads, others []ID) (cut []Delivered, whole bool)

	// Proofs are those of equivocation, one for each author that has done so, in the order in which they
	// were found (CAU-7).
	Proofs() []Proof

	// Safe calls done once, later, when every update that is delivered by now is safe, or with the disk's error.
	Safe(done func(error))

	// Failure says why the node has stopped by itself (LED-9); nil as long as it has not.
	Failure() error

	// Stop ends all timers and stops the layers below. Stopping twice does nothing.
	Stop()
}

// Watcher is told what happens, once for each.
type Watcher interface {
	// Delivered is called in an order in which all ancestors come first (CAU-2).
	Delivered(id ID, u *Update)

	// Equivocated is called when the proof is found (CAU-7).
	Equivocated(p Proof)

	// Blamed names a peer that has sent what no correct node sends: ledgers.ErrMalformed, ledgers.ErrSignature
	// or ledgers.ErrAnswer (LED-4).
	Blamed(from network.Addr, why error)
}

// Proof is two different updates of one author with one Prev, the lesser id first.
type Proof struct{ One, Other ID }

// Document is a function of the set of updates that were applied, whatever their order (CAU-6).
type Document interface {
	// Apply takes an update's operations, after those of all its ancestors. Each of them names only what is
	// among these; before says what is. depth is the update's (CAU-5).
	Apply(id ID, depth uint64, ops []Op, before func(ID) bool)

	// Values are those of a register or an entry that nothing has replaced or removed: the first is the one
	// to show. It is empty if there is none.
	Values(key Key) [][]byte

	// Entries are the names of a map's entries that have a value, sorted.
	Entries(name string) []string

	// List is a list from its beginning to its end, without what was deleted.
	List(name string) []Element
}

// Element is an element of a list.
type Element struct {
	ID    ElementID
	Value []byte
}

// New makes the elective on gossip and peers that have not been started. It has no effect on the world before
// Start. The config is complete.
type New func(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg Config) Causal

// NewDocument makes an empty document.
type NewDocument func() Document

// Stack names the implementation of the elective and of the layers below.
type Stack struct {
	gossip.Stack
	NewDocument NewDocument
	NewCausal   New
	NewBank     NewBank

	NewAgreement agreement.New // on blocks: elective 8's code
}
