package explore

import (
	"math"
	"slices"

	"strata/harness/lab"
)

// local is what there is to know of one node after one history. It never changes, but for what is
// remembered of what comes after.
type local struct {
	id, parent uint32
	last       event // what happened since parent
	clock      int64
	ends       []end
	timers     []timer // by time, then by number
	worked     uint32  // items of work that were done
	crashes    uint8   // in this history
	resets     uint8
	next       int64 // when the next timer or item of work is due; never if there is none

	broken *lab.Failure // the last event broke a rule
	unmet  *lab.Failure // what would be wrong if the run ended here

	edges []edge
	live  *instance // that has this history; nil: none is kept
}

const never = math.MaxInt64

// end is one end of a connection.
type end struct {
	key   endKey
	state endState
	got   uint32   // items taken from the other end's log
	log   []uint32 // items sent
}

type endState uint8

const (
	ended endState = iota
	dialing
	open
)

type timer struct {
	at     int64
	number uint32
}

// edge leads to the history that one more event makes.
type edge struct {
	event
	to uint32
}

// find is the node's end of that key, or nil.
func (l *local) find(key endKey) *end {
	for i := range l.ends {
		if l.ends[i].key == key {
			return &l.ends[i]
		}
	}
	return nil
}

// after is the history that the event makes of this one, if it is known.
func (l *local) after(e event) (to uint32, known bool) {
	for i := range l.edges {
		if l.edges[i].event == e {
			return l.edges[i].to, true
		}
	}
	return 0, false
}

// same says whether the node has done the same: sent the same and set the same timers.
func (l *local) same(other *local) bool {
	if l.clock != other.clock || !slices.Equal(l.timers, other.timers) || len(l.ends) != len(other.ends) {
		return false
	}
	for i := range l.ends {
		a, b := &l.ends[i], &other.ends[i]
		if a.key != b.key || a.state != b.state || !slices.Equal(a.log, b.log) {
			return false
		}
	}
	return (l.broken == nil) == (other.broken == nil)
}
