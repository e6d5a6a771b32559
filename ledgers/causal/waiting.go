package causal

import (
	"slices"
	"time"

	"strata/network"
)

// Limits of what waits for predecessors (CAU-2).
const (
	MaxWaiting     = 4096
	MaxWaitingPeer = 256      // of these from one peer
	MaxFetched     = 16 << 20 // bytes that wait of what was asked of one peer
	WaitFor        = 60 * time.Second
)

// Waiting is the room in which updates wait for their predecessors. It is bounded, for each peer and in all: a
// peer that brings too many loses its own oldest, never another's place (LED-10). What was asked for has bounds
// of its own, for a long chain comes from its end. The zero value is empty.
type Waiting struct {
	byID    map[ID]*waiter
	needs   map[ID][]ID // who waits for what is missing
	queues  map[source]*queue
	unasked int
}

// source is where updates come from: a peer, by itself or because it was asked.
type source struct {
	peer  network.Addr
	asked bool
}

// queue is what waits of one source, in the order in which it came. Those that are gone stay in it until they are
// half of it.
type queue struct {
	line  []*waiter
	len   int // without those that are gone
	bytes int
	last  time.Duration // when the newest came
	shed  map[ID]bool   // what had to go for want of room
}

// oldest is the one that came first. There is one.
func (q *queue) oldest() *waiter {
	for q.line[0].gone {
		q.line = q.line[1:]
	}
	return q.line[0]
}

// remove takes one out.
func (q *queue) remove(w *waiter) {
	w.gone = true
	q.len, q.bytes = q.len-1, q.bytes-w.size()
	if len(q.line) > 2*q.len+16 {
		q.line = slices.DeleteFunc(q.line, func(w *waiter) bool { return w.gone })
	}
}

// waiter is one update that waits.
type waiter struct {
	id      ID
	update  *Update
	from    source
	since   time.Duration
	missing int
	gone    bool
	spoke   []network.Addr // who has it
}

// size is what a waiter takes of its queue.
func (w *waiter) size() int { return len(w.update.Body) + 32*len(w.update.Predecessors) + 256 }

// Has says whether an update waits.
func (w *Waiting) Has(id ID) bool { return w.byID[id] != nil }

// Len is how many wait.
func (w *Waiting) Len() int { return len(w.byID) }

// Add has an update wait, which does not yet, until each of the missing is there. asked says that from was asked
// for it.
func (w *Waiting) Add(id ID, u *Update, from network.Addr, asked bool, missing []ID, now time.Duration) {
	if w.byID == nil {
		w.byID, w.needs, w.queues = map[ID]*waiter{}, map[ID][]ID{}, map[source]*queue{}
	}
	at := source{from, asked}
	one := &waiter{id: id, update: u, from: at, since: now, missing: len(missing), spoke: []network.Addr{from}}
	w.byID[id] = one
	for _, m := range missing {
		w.needs[m] = append(w.needs[m], id)
	}
	q := w.queues[at]
	if q == nil {
		q = &queue{}
		w.queues[at] = q
	}
	q.line, q.len, q.bytes, q.last = append(q.line, one), q.len+1, q.bytes+one.size(), now
	w.bound(at, q)
}

// bound makes room again, if there is too much of a source, or of all that nobody asked for.
func (w *Waiting) bound(at source, q *queue) {
	if at.asked {
		for q.bytes > MaxFetched {
			w.shed(q)
		}
		return
	}
	w.unasked++
	if q.len > MaxWaitingPeer {
		w.drop(q.oldest().id)
	}
	if w.unasked > MaxWaiting {
		w.drop(w.crowd().oldest().id)
	}
}

// shed drops the oldest of a queue, and remembers it.
func (w *Waiting) shed(q *queue) {
	if q.shed == nil {
		q.shed = map[ID]bool{}
	}
	id := q.oldest().id
	if len(q.shed) < maxShed {
		q.shed[id] = true
	}
	w.drop(id)
}

// maxShed is how many of a peer are remembered that had to go.
const maxShed = 65_536

// Shed says whether a peer has given an update, when it was asked, for which there was no room, while what it has
// given since still waits. To ask it again would push out what is nearer to what is known. Once nothing of that waits
// any longer, it is forgotten, and comes again by CAU-3.
func (w *Waiting) Shed(id ID, from network.Addr) bool {
	q := w.queues[source{from, true}]
	return q != nil && q.shed[id]
}

// crowd is the queue of the peer that brought most of what nobody asked for; of several the first by address.
func (w *Waiting) crowd() (most *queue) {
	var peer network.Addr
	for at, q := range w.queues {
		if at.asked {
			continue
		}
		if most == nil || q.len > most.len || q.len == most.len && at.peer < peer {
			most, peer = q, at.peer
		}
	}
	return most
}

// Ready is an update for which nothing is missing now.
type Ready struct {
	Update *Update
	From   network.Addr
	Asked  bool
}

// Spoken notes that a peer has an update that waits, and so what it stands on. It returns its predecessors the first time
// that this peer speaks of it, later nothing.
func (w *Waiting) Spoken(id ID, peer network.Addr) []ID {
	one := w.byID[id]
	if slices.Contains(one.spoke, peer) {
		return nil
	}
	one.spoke = append(one.spoke, peer)
	return one.update.Predecessors
}

// Needs says whether anything waits for an update.
func (w *Waiting) Needs(id ID) bool { return len(w.needs[id]) > 0 }

// Lost forgets what a peer spoke of.
func (w *Waiting) Lost(peer network.Addr) {
	for _, one := range w.byID {
		one.spoke = slices.DeleteFunc(one.spoke, func(a network.Addr) bool { return a == peer })
	}
}

// Arrived takes out what waited for this one alone, in the order in which it came.
func (w *Waiting) Arrived(id ID) (ready []Ready) {
	waiters := w.needs[id]
	delete(w.needs, id)
	for _, other := range waiters {
		one := w.byID[other]
		if one.missing--; one.missing == 0 {
			ready = append(ready, Ready{one.update, one.from.peer, one.from.asked})
			w.drop(other)
		}
	}
	return ready
}

// Expire drops what has waited too long. What was asked for waits as long as more of it comes.
func (w *Waiting) Expire(now time.Duration) {
	for at, q := range w.queues {
		for q.len > 0 {
			since := q.last
			if !at.asked {
				since = q.oldest().since
			}
			if now-since < WaitFor {
				break // the rest came later
			}
			w.drop(q.oldest().id)
		}
	}
}

// drop forgets one that waits.
func (w *Waiting) drop(id ID) {
	one := w.byID[id]
	delete(w.byID, id)
	q := w.queues[one.from]
	q.remove(one)
	if q.len == 0 {
		delete(w.queues, one.from)
	}
	if !one.from.asked {
		w.unasked--
	}
	for _, p := range one.update.Predecessors {
		if left := without(w.needs[p], id); len(left) > 0 {
			w.needs[p] = left
		} else {
			delete(w.needs, p)
		}
	}
}

// without is the list without one of its members, in the place of the list.
func without(ids []ID, id ID) []ID {
	for i, other := range ids {
		if other == id {
			return append(ids[:i], ids[i+1:]...)
		}
	}
	return ids
}
