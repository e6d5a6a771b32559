package glass

import (
	"errors"
	"reflect"
	"runtime"
	"sync"
	"weak"

	"strata/harness/boundary"
	"strata/network"
)

// tenancy is that of a node in a room, until the run ends or nobody knows the node any longer: an exploration makes nodes by the
// thousand, and drops them.
type tenancy struct {
	room *room
	link weak.Pointer[boundary.Link]
	end  runtime.Cleanup
	gone *bool // whether the node is gone; nil: only the collector can tell
}

// mortal is a host that tells when its node is gone.
type mortal interface{ Gone() *bool }

// innermost is the host that is wrapped, if one is: layers of one node may have it in several wrappings.
func innermost(h network.Host) network.Host {
	for {
		outer, wraps := h.(interface{ Unwrap() network.Host })
		if !wraps {
			return h
		}
		h = outer.Unwrap()
	}
}

// over says that the node is gone, and its host has told so.
func (t *tenancy) over() bool { return t.gone != nil && *t.gone }

// tenant is the node that was asked for last: its layers are made one after the other.
type tenant struct {
	host network.Host
	link *boundary.Link
}

// stay is one of many that nodes have in a room.
type stay struct {
	room   *room
	number int
}

// returned are the stays of nodes that the collector has found to be gone. It tells so on a goroutine of its own, and may be late.
type returned struct {
	sync.Mutex
	stays []stay
}

func (r *returned) add(one stay) {
	r.Lock()
	defer r.Unlock()
	r.stays = append(r.stays, one)
}

func (r *returned) take() (stays []stay) {
	r.Lock()
	defer r.Unlock()
	stays, r.stays = r.stays, nil
	return stays
}

// fewRooms are no reason to look for nodes that are gone.
const fewRooms = 32

// Link is boundary.Side's: every node has a room. The executor of blocks that is made right after a node's layers is in that
// room; any other has one of its own.
func (e *Engine) Link(of network.Host) *boundary.Link {
	of = innermost(of)
	if last := e.last.link; of == nil && last != nil {
		e.last = tenant{}
		return last
	}
	node := of != nil && reflect.TypeOf(of).Comparable() // a test's own host need not be
	if node && e.last.host == of {
		return e.last.link
	}
	e.last = tenant{}
	r, err := e.room()
	if err == nil {
		err = r.order(e.order)
	}
	if err != nil {
		panic(err)
	}
	l := boundary.Behind(r)
	r.stays++
	t := tenancy{room: r, link: weak.Make(l), end: runtime.AddCleanup(l, e.left.add, stay{r, r.stays})}
	if m, is := of.(mortal); is {
		t.gone = m.Gone()
	}
	e.used = append(e.used, t)
	r.link = weak.Make(l)
	if node {
		e.last = tenant{of, l}
	}
	return l
}

// Order has the nodes that come range over maps in the order that belongs to a number, such as the seed of the run.
func (e *Engine) Order(n uint64) { e.order = n }

// room is one that is as new.
func (e *Engine) room() (*room, error) {
	if len(e.free) == 0 && !e.ask() && len(e.used) >= e.most {
		e.look()
	}
	if n := len(e.free); n > 0 {
		r := e.free[n-1]
		e.free = e.free[:n-1]
		return r, nil
	}
	return e.newRoom()
}

// ask finds rooms whose nodes are said to be gone. It reports whether there were any.
func (e *Engine) ask() (found bool) {
	still := e.used[:0]
	for _, t := range e.used {
		if !t.over() {
			still = append(still, t)
			continue
		}
		found = true
		e.leave(t)
	}
	clear(e.used[len(still):])
	e.used = still
	return found
}

// leave ends a tenancy.
func (e *Engine) leave(t tenancy) {
	t.end.Stop()
	broken := false
	if l := t.link.Value(); l != nil {
		broken = l.Ended()
		l.End(errOver)
	}
	e.putBack(t.room, broken)
}

// look finds rooms whose nodes are gone.
func (e *Engine) look() {
	runtime.GC()
	runtime.Gosched()
	gone := make(map[*room]bool)
	for _, s := range e.left.take() {
		if s.number == s.room.stays { // else it was put back already
			gone[s.room] = true
			e.putBack(s.room, false)
		}
	}
	still := e.used[:0]
	for _, t := range e.used {
		if !gone[t.room] {
			still = append(still, t)
		}
	}
	clear(e.used[len(still):])
	e.used = still
	e.most = max(fewRooms, 2*len(still))
}

// errOver is what calls into a run that is over panic with.
var errOver = errors.New("glass: the run is over")

// Reset ends a run: all its rooms are put back.
func (e *Engine) Reset() {
	e.last = tenant{}
	for _, t := range e.used {
		e.leave(t)
	}
	clear(e.used)
	e.used, e.most = e.used[:0], fewRooms
}

// putBack makes a room as new, or closes it: what is broken, or has grown, is not used again.
func (e *Engine) putBack(r *room, broken bool) {
	r.stays++ // whoever tells of the last stay is late
	if broken || r.broken || !r.restore(e) {
		_ = r.instance.Close(e.ctx)
		return
	}
	e.free = append(e.free, r)
}
