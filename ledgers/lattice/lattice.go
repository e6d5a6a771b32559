package lattice

import (
	"fmt"

	"strata/gossip"
	"strata/ledgers"
	"strata/network"
	"strata/p2p"
)

// Name is the ledger's, in genesis.
const Name = "lattice"

// Lattice is elective 9. All methods are called on the node's loop.
type Lattice interface {
	ledgers.Ledger

	// Book is the ledger as it is now. Only read in it.
	Book() *Book

	// Standing is where the node stands now.
	Standing() Standing

	// Online is the weight of the representatives from whom news came in the last OnlineFor, and the quorum that decides
	// now (LAT-5).
	Online() (online, quorum Amount)

	// Failure says why the ledger has stopped by itself (LED-9); nil as long as it has not.
	Failure() error
}

// New makes the ledger on gossip and peers that have not been started. It has no effect on the world before Start. The
// config is complete.
type New func(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg Config) Lattice

// Stack names the implementation of the elective and of the layers below.
type Stack struct {
	gossip.Stack
	NewLattice New
}

// Kind is what a block does (LAT-2).
type Kind uint8

// The kinds. Open is the first receive of an account.
const (
	Open Kind = iota + 1
	Send
	Receive
	Change
)

// String is the kind's name.
func (k Kind) String() string {
	switch k {
	case Open:
		return "open"
	case Send:
		return "send"
	case Receive:
		return "receive"
	case Change:
		return "change"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}
