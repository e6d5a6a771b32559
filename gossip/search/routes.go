package search

import (
	"math/rand/v2"
	"time"

	"strata/gossip"
	"strata/network"
)

// ID names one search: 16 random bytes, drawn by the asker.
type ID gossip.MessageID

func newID(r *rand.Rand) ID { return ID(gossip.NewID(r)) }

// A query and an answer have the form of a gossip message: the search id and then the content.

func encode(id ID, content []byte) []byte { return gossip.Encode(gossip.MessageID(id), content) }

func decode(wire []byte) (id ID, content []byte, ok bool) {
	gid, content, ok := gossip.Decode(wire)
	return ID(gid), content, ok
}

// routes are the ways back: for each search of others the peer that the query came from.
type routes struct {
	max   int
	back  map[ID]route // nil while there are none
	order []ID         // the same ids, the oldest first
}

type route struct {
	peer network.Addr
	at   time.Time
}

// add remembers the way back for a search, and says whether it is new. Old ones are forgotten
// here, where the table grows, so that it needs no timer.
func (r *routes) add(id ID, peer network.Addr, now time.Time, keep time.Duration) (fresh bool) {
	for len(r.order) > 0 && (len(r.order) >= r.max || r.expired(r.order[0], now, keep)) {
		delete(r.back, r.order[0])
		r.order = r.order[1:]
	}
	if _, known := r.back[id]; known {
		return false
	}
	if r.back == nil {
		r.back = make(map[ID]route)
	}
	r.back[id] = route{peer, now}
	r.order = append(r.order, id)
	return true
}

// find returns the peer to hand an answer to, unless the search is too old or unknown.
func (r *routes) find(id ID, now time.Time, keep time.Duration) (network.Addr, bool) {
	way, known := r.back[id]
	if !known || r.expired(id, now, keep) {
		return "", false
	}
	return way.peer, true
}

func (r *routes) expired(id ID, now time.Time, keep time.Duration) bool {
	return now.Sub(r.back[id].at) >= keep
}
