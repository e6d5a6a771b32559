package sim

import (
	"time"

	"strata/harness/sim/pctcp"
	"strata/network"
	"strata/scenario"
)

// Order has somebody else than time say which of the events that are under way comes next. Of each
// direction of a connection, and of the timers of each node, the first alone can. When one is chosen
// before others that were due, time goes on to it and the others are late. Work and faults come in time:
// what was due before them has come by then.
//
// TotalOrder only. Without a choice that differs the run is the same as without an Order.
type Order struct {
	Slack time.Duration           // most that a message is late; timers never are
	Pick  func(ready []Ready) int // of several events that may come next; nil: the first, which is due first
}

// Ready is an event that may come next.
type Ready struct {
	pctcp.Ready
	Due      time.Duration // when it would come by itself
	Kind     ReadyKind
	Node     network.Addr // whom it happens to
	Peer     network.Addr // empty if no connection is concerned
	Conn     uint32       // as TraceEvent has it, and the next
	Incoming bool
	Head     []byte // of ReadyPiece: the bytes, in two parts, not to be modified
	Body     []byte
	Timer    uint64          // of ReadyTimer: its number
	Text     string          // of ReadyWork: as Work was given it
	Fault    *scenario.Fault // of ReadyFault; nil: a boot at the start
	Over     bool            // the fault ends, else it begins

	place int // in the queue
}

// ReadyKind says what would happen.
type ReadyKind uint8

// The kinds of events that may come next.
const (
	ReadyFault  ReadyKind = iota // a fault begins or ends, or the node boots
	ReadyWork                    // an item of work is done
	ReadyTimer                   // a timer runs
	ReadyDial                    // a dial arrives
	ReadyAccept                  // the good end of a dial
	ReadyRefuse                  // the bad end of a dial
	ReadyPiece                   // bytes arrive
	ReadyFlush                   // bytes that were held back to be joined are handed over
	ReadyEnd                     // the peer closed
	ReadyReset                   // the peer is gone
)

var readyNames = [...]string{"fault", "work", "timer", "dial", "accept", "refuse", "piece", "flush", "end", "reset"}

// String is the kind's name.
func (k ReadyKind) String() string { return readyNames[min(int(k), len(readyNames)-1)] }
