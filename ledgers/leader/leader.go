package leader

import (
	"strata/gossip"
	"strata/ledgers"
	"strata/network"
	"strata/p2p"
)

// Leader is elective 7. All methods are called on the node's loop.
type Leader interface {
	ledgers.Ledger

	// Read answers once, later, with the value of a key. A local read is final as of the height that it
	// names, and perhaps old. A latest one is no older than the call (LDR-10): if this node does not
	// lead, or cannot tell that it still does within 2 s, err is ErrNotLeader or ErrTimeout.
	Read(key []byte, latest bool, done func(v Value, err error))

	// Standing is where the node stands now.
	Standing() Standing

	// Failure says why the ledger has stopped by itself (LED-9); nil as long as it has not.
	Failure() error
}

// Value is what a read finds.
type Value struct {
	Bytes []byte
	Found bool
	At    uint64 // the height of which it is final
}

// New makes the ledger on gossip and peers that have not been started. It has no effect on the world
// before Start. The config is complete.
type New func(host network.Host, g gossip.Gossip, peers p2p.P2P, cfg Config) Leader

// NewLog makes the log in a file of a disk. It has no effect before Recover.
type NewLog func(disk network.Disk, file string) Log

// Stack names the implementation of the elective and of the layers below.
type Stack struct {
	gossip.Stack
	NewLog    NewLog
	NewLeader New
}

// Log is the write-ahead log: everything that a member has promised, in order (LDR-9).
//
// A record is length u32 | number u64 | kind u8 | body | CRC-32C u32, big-endian: length counts all that
// follows it, the checksum is of all before it. Numbers rise by one. Append begins with number 1 in an empty
// file.
type Log interface {
	// Recover reads the log, cuts a torn end off, and hands over the records in order. It returns
	// ledgers.ErrDamaged, with the offset, if a whole record follows one that is not, or the numbers
	// do not follow one another, from whichever the first is on; and the disk's errors.
	Recover(each func(kind RecordKind, body []byte)) error

	// Append adds a record and calls done once, later, when it is safe: with nil, or with the error
	// of the disk, and then nothing of it counts. The next record is appended after that, so that at
	// most one at the end can be torn: what comes meanwhile goes into one RecordBatch together.
	Append(kind RecordKind, body []byte, done func(error))

	// Size is the length of the file in bytes.
	Size() int64
}

// FileLog is the name of the log's file, and FileNewLog that of the one that takes its place once it is
// whole.
const (
	FileLog    = "log"
	FileNewLog = "log.new"
)

// RecordOverhead is what a record has besides its body.
const RecordOverhead = 4 + 8 + 1 + 4

// MaxRecord is the length of the longest body.
const MaxRecord = 1 << 20

// RecordKind says what a record is.
type RecordKind uint8

// The records of a member.
const (
	RecordView    RecordKind = iota + 1 // view: nothing lower is acknowledged from now on
	RecordInstall                       // view, kept height, hashes: the log that the view began with, and that it is installed
	RecordBlock                         // one block more, as Block.Encode has it
	RecordWish                          // view, number
	RecordCommit                        // height: of what is committed; it may lag behind
	RecordBegin                         // the beginning of the view whose log is installed, to prove it to others
	RecordBase                          // the first of a log that was cut: height, hash, view, last normal view, wished view, number of the last wish
	RecordBatch                         // several records in one: kind 1 | body with a length of 4 before it
	RecordAdopt                         // kept height, hashes: committed blocks that came with a certificate, or that stand on a snapshot
)

// NamesBodies says whether a record has hashes of blocks that it does not carry: then they are in the block store,
// synced, before it is appended.
func (k RecordKind) NamesBodies() bool { return k == RecordInstall || k == RecordAdopt }
