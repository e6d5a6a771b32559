package agreement

import (
	"errors"

	"strata/gossip"
	"strata/ledgers"
	"strata/network"
	"strata/p2p"
)

// Block is one that members have agreed on, or may. Content is not to be changed.
type Block struct {
	Height  uint64 // the first has 1; 0: there is none yet
	Round   uint32 // in which it was made
	Maker   int    // the member that led in that round
	Time    uint64 // in ms
	Hash    [32]byte
	Parent  [32]byte
	Content []byte
}

// Application is the ledger whose members agree. Its methods are called on the node's loop, and change nothing of the
// agreement while they run.
type Application interface {
	// Content is what this member proposes behind a block: 1 byte to MaxContent.
	Content(parent Block) []byte

	// Check judges a block by its content, behind its parent. known says that this node has everything that the
	// content speaks of; the error says why it may not follow. Without known nothing is decided, and Again is to be
	// called when more is here. The verdict of a known content depends on both blocks alone.
	Check(parent, b Block) (known bool, err error)

	// Leads is the member that leads in a round of the height after a block.
	Leads(parent Block, round uint32) int

	// Trusts says whether this node's operator trusts a member to lead. This node prevotes nil in the rounds of one
	// whom it does not.
	Trusts(member int) bool

	// Keep makes safe what decided blocks speak of, and calls done once, later.
	Keep(done func(error))

	// Decided takes each decided block in order, once in each life of the node, those of the disk first. By then it
	// was checked.
	Decided(b Block)

	// Blamed names a peer that has sent what no correct node sends, as ledgers.Watcher does.
	Blamed(from network.Addr, why error)
}

// Agreement is one node's part in it: a member votes, everybody else checks certificates and follows. All methods are
// called on the node's loop.
type Agreement interface {
	// Listen registers the handlers. To be called before gossip is started. Errors: those of gossip and peers.
	Listen() error

	// Start goes on from the disk, which gives Decided what is on it, and takes part. To be called after Listen, when
	// the application has what it had kept. Errors: ledgers.ErrForeign; ledgers.ErrDamaged, with ErrNotHere if it is the
	// application that has lost something; the disk's.
	Start() error

	// Again has blocks judged again that were not known. It does so later, once for everything that happens at an instant.
	Again()

	// Standing is where the node stands.
	Standing() Standing

	// Failure says why it has stopped by itself (LED-9); nil as long as it has not.
	Failure() error

	// Stop ends all timers. Gossip and peers go on. Stopping twice does nothing.
	Stop()
}

// Standing is where a node stands.
type Standing struct {
	Newest  Block               // decided
	Round   uint32              // of the height after it
	Leader  int                 // the member that leads in that round
	Signers int                 // whose precommits are in the newest block's certificate
	Accused []network.PublicKey // members that have said two things in one place
}

// New makes it, on gossip and peers that have not been started. It has no effect on the world before Listen. The config
// is complete.
type New func(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg Config, app Application) Agreement

// ErrNotHere reports a block of which this node lacks something: it is judged when that has come.
var ErrNotHere = errors.New("something that the block speaks of is not here")

// MaxContent is the length of the longest content of a block, in bytes.
const MaxContent = ledgers.MaxBlock - 8<<10
