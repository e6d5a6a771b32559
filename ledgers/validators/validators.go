package validators

import (
	"strata/gossip"
	"strata/ledgers"
	"strata/network"
	"strata/p2p"
)

// Address names an account: the key that signs its transactions.
type Address = network.PublicKey

// Validators is elective 8. All methods are called on the node's loop.
type Validators interface {
	ledgers.Ledger

	// Standing is where the node stands now.
	Standing() Standing

	// Tip is the newest decided block and what it has made. It does not change.
	Tip() *Tip

	// Certified is a decided block with its certificate; nil if the node has none of that height, as before the snapshot
	// that it began with. Errors: those of the disk.
	Certified(height uint64) (*Certified, error)

	// Headers are what leads a light client from one height to another: see HeadersGiven. To 0 is the newest snapshot
	// that the node offers; the answer says which that is. Without headers the node cannot say. Errors: those of the disk.
	Headers(a HeadersAsked) (*HeadersGiven, error)

	// Waiting is how many transactions wait for a block here.
	Waiting() int

	// Failure says why the ledger has stopped by itself (LED-9); nil as long as it has not.
	Failure() error
}

// New makes the ledger on gossip and peers that have not been started. It has no effect on the world before Start.
// The config is complete.
type New func(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg Config) Validators

// Judge is what can be judged without a node: it keeps nothing, and its answers depend on its arguments alone. A
// light client, whoever imports a block and whoever executes one need no more.
type Judge interface {
	// Quorum is the least power q with 3q > 2 total (VAL-4). total is at least 1 and below 2^62.
	Quorum(total uint64) uint64

	// Proposer is the index of the proposer among n validators, at least 1, for a height from 1 on (VAL-4).
	Proposer(n int, height uint64, round uint32) int

	// Certifies says whether a certificate proves the block that it names to whoever knows the set of its height:
	// nil, or an error that wraps ErrCertificate (VAL-7).
	Certifies(chain ledgers.ChainID, set Set, c *Certificate) error

	// Contradict says whether evidence is two different words of one key, height, round and kind, both signed, in the
	// order of their encodings (VAL-9).
	Contradict(chain ledgers.ChainID, e *Evidence) bool

	// Slash executes evidence, which contradicts itself, in a block of that height, and says whether it could: if it
	// is not too old, if the signer was in the set of its height, and if it is not marked. If not the state stays as
	// it is (VAL-9).
	Slash(s *State, p Params, height uint64, e *Evidence) bool
}

// NewJudge makes a judge.
type NewJudge func() Judge

// Stack names the implementation of the elective and of the layers below.
type Stack struct {
	gossip.Stack
	NewJudge      NewJudge
	NewValidators New
}
