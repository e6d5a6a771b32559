package guard

import "errors"

// One error for each reaction that a caller can have.
var (
	// ErrBanned reports an address that is banned. Choose another.
	ErrBanned = errors.New("address is banned")

	// ErrSameNode reports an address of a node that is a peer already, under another one. Leave it.
	ErrSameNode = errors.New("the node is a peer under another address")

	// ErrGroupFull reports a dial into a range of addresses that we have dialled enough nodes of.
	// Choose one elsewhere.
	ErrGroupFull = errors.New("enough connections into that range of addresses")

	// ErrFlood reports a peer that sends more than it may; its connection is gone.
	ErrFlood = errors.New("peer sends too much")

	// ErrTooSlow reports a frame that did not end in time; its connection is gone.
	ErrTooSlow = errors.New("frame takes too long")

	// ErrOverloaded reports a connection that held too much of the memory; it is gone.
	ErrOverloaded = errors.New("connection holds too much memory")

	// ErrOtherKey reports a member's address at which somebody answers who does not prove the member's key. Leave it.
	ErrOtherKey = errors.New("somebody else answers at a member's address")

	// ErrMadeRoom reports a connection that said nothing, and gave its place to another.
	ErrMadeRoom = errors.New("connection gave its place to another")
)

// Offence is a way to break the rules.
type Offence uint8

// The offences. What they weigh is in offences.
const (
	Protocol Offence = iota // a message that made a layer close the connection: malformed, or not in its turn
	TooBig                  // a frame over MaxFrame
	Drip                    // a frame that did not end in time, or no frame at all
	Flood                   // more than may be sent, or more connections than may be opened
	Forged                  // a transaction that is not canonical, or not signed by its sender
	NoWork                  // a block without proof of work, or a text that is no block
	BadBlock                // a block that has its proof of work and breaks another rule
	BadSync                 // an answer that does not answer what was asked

	offenceCount
)

// offences says what each weighs, in points: 100 are a ban. Honest nodes pass on neither forged
// transactions nor blocks without work, so that those say much about who sends them. But they do pass on
// bad blocks, before they have the ancestors to judge them by (FRK-7). If that had a price, whoever
// mines bad blocks could have the honest nodes ban each other; so it is counted, and its maker has
// paid with the work.
var offences = [offenceCount]struct {
	name   string
	points int
}{
	Protocol: {"protocol", 25},
	TooBig:   {"too-big", 50},
	Drip:     {"drip", 10},
	Flood:    {"flood", 25},
	Forged:   {"forged", 25},
	NoWork:   {"no-work", 50},
	BadBlock: {"bad-block", 0},
	BadSync:  {"bad-sync", 20},
}

// String is the offence's name in logs, metrics and the list of bans.
func (o Offence) String() string { return offences[o].name }

// Offences lists all of them.
func Offences() []Offence {
	all := make([]Offence, offenceCount)
	for i := range all {
		all[i] = Offence(i)
	}
	return all
}
