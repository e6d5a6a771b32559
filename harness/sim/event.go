package sim

import "cmp"

// event is something that happens to one node at one instant: 32 bytes and no pointer, so that
// queues of millions cost the garbage collector nothing.
type event struct {
	at    int64  // virtual nanoseconds since the start
	order uint64 // the event's place among those of its node at that instant, see below
	node  int32  // whom it happens to
	slot  uint32 // which of the node's streams or timers
	ref   uint32 // kindPiece: the payload; kindOpen, kindAccepted: the sender's slot; else an index
}

// The order of the events of one node at one instant says what they are, never when they were
// queued. The two top bits are the class, the others depend on it:
//
//	classFault   index of the fault, and whether it begins or ends
//	classWork    number of the work item
//	classTimer   number of the node's timer
//	classStream  source 24 | answer 1 | number of the connection 32 | kind 5
//
// The events of one direction of one connection are at distinct instants, so that no number of
// the piece is needed. answer tells the direction from the dialled end to the dialling one, and
// the number counts the dials from that node to that other one.
const (
	classFault uint64 = iota << 62
	classWork
	classTimer
	classStream

	classMask uint64 = 3 << 62
	kindBits         = 5
	kindMask  uint64 = 1<<kindBits - 1
)

// The kinds of stream events, as they happen to a node.
const (
	kindOpen     uint64 = iota // somebody dials us
	kindAccepted               // our dial was accepted
	kindRefused                // our dial was refused
	kindPiece                  // bytes arrive
	kindFlush                  // bytes that were held back to be joined are due
	kindEnd                    // the peer closed
	kindReset                  // the peer is gone
)

// maxNodes is what an event's order has room for.
const maxNodes = 1 << 24

// ident names one direction of one connection: the order of a stream event without its kind.
type ident uint64

// direction makes the ident of what source sends on a connection.
func direction(source int32, answer bool, number uint32) ident {
	id := ident(classStream>>kindBits) | ident(source)<<33 | ident(number)
	if answer {
		id |= 1 << 32
	}
	return id
}

func (id ident) source() int32            { return int32(id >> 33 & (maxNodes - 1)) }
func (id ident) answer() bool             { return id>>32&1 != 0 }
func (id ident) number() uint32           { return uint32(id) }
func (id ident) order(kind uint64) uint64 { return uint64(id)<<kindBits | kind }

// ident is the direction that a stream event came on.
func (e *event) ident() ident { return ident(e.order >> kindBits) }

// isPiece says whether the event has a payload.
func (e *event) isPiece() bool { return e.order&(classMask|kindMask) == classStream|kindPiece }

// less is the total order of events: by time, then by node, then by what they are.
func less(a, b *event) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	if a.node != b.node {
		return a.node < b.node
	}
	return a.order < b.order
}

// compare is less for sorting.
func compare(a, b event) int {
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	if a.node != b.node {
		return cmp.Compare(a.node, b.node)
	}
	return cmp.Compare(a.order, b.order)
}
