package explore

import "fmt"

// endKey names one end of one connection: who dialled whom, and how often before, and which of
// the two ends it is. It depends on nothing but the dialler's own history.
type endKey uint32

const (
	nowhere   = 15 // stands for the index of an address that no node has
	maxNumber = 1<<23 - 1
)

// dialled is the end of who dials.
func dialled(dialler, target int, number uint32) endKey {
	if number > maxNumber {
		panic("explore: one node has dialled another 8,388,607 times")
	}
	return endKey(dialler)<<28 | endKey(target)<<24 | endKey(number)<<1
}

// other is the other end.
func (k endKey) other() endKey { return k ^ 1 }

// answers says whether it is the end of who was dialled.
func (k endKey) answers() bool { return k&1 == 1 }

// owner is the node that has this end.
func (k endKey) owner() int {
	if k.answers() {
		return int(k >> 24 & 15)
	}
	return int(k >> 28)
}

// peer is the node at the other end; nowhere if there is none.
func (k endKey) peer() int { return k.other().owner() }

// number counts the dials of this pair, in this direction, from 1.
func (k endKey) number() uint32 { return uint32(k) >> 1 & maxNumber }

// eventKind says what happens to a node.
type eventKind uint8

const (
	evBoot   eventKind = iota // it boots
	evItem                    // what a peer sent arrives
	evRefuse                  // its dial of an address that no node has fails
	evTimer                   // a timer runs
	evWork                    // the scenario does an item of work
	evReset                   // a connection of it fails
	evCrash                   // it loses everything and boots again
)

var eventNames = [...]string{"boot", "arrival", "refusal", "timer", "work", "reset", "crash"}

// String is the kind's name.
func (k eventKind) String() string {
	if int(k) < len(eventNames) {
		return eventNames[k]
	}
	return fmt.Sprintf("event %d", uint8(k))
}

// event is one thing that happens to one node. Two nodes with one history and one event have one
// history afterwards.
type event struct {
	kind eventKind
	end  endKey // of evItem, evRefuse and evReset
	ref  uint32 // the item, the number of the timer, or that of the work
}

// timed says whether it comes at a time rather than after what caused it.
func (e event) timed() bool { return e.kind == evTimer || e.kind == evWork }

// move is an event that may come next.
type move struct {
	event
	node  uint8
	early bool // although messages are on their way
}

// itemKind says what an item on a connection is.
type itemKind uint8

const (
	itemOpen itemKind = iota
	itemAccepted
	itemRefused
	itemPiece
	itemEnd
	itemReset
)

// item is one thing that one end has sent to the other. Equal items have one id.
type item struct {
	kind       itemKind
	at         int64 // the sender's time
	head, body string
}

// items gives equal items equal ids.
type items struct {
	all []item
	ids map[item]uint32
}

func (t *items) id(i item) uint32 {
	if id, ok := t.ids[i]; ok {
		return id
	}
	if t.ids == nil {
		t.ids = make(map[item]uint32)
	}
	id := uint32(len(t.all))
	t.all = append(t.all, i)
	t.ids[i] = id
	return id
}
