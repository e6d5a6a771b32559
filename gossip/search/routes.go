package search

import (
	"time"

	"strata/network"
)

// routes remembers for a while, and for max searches at most, which peer each one came from.
// What is out of date goes when something new comes, so that no timer is needed.
type routes struct {
	keep  time.Duration
	max   int
	back  map[ID]route
	order []ID // of back, the oldest first
}

type route struct {
	peer  network.Addr
	since time.Time
}

// add remembers where a search came from. The oldest route gives way if there are too many.
func (r *routes) add(id ID, peer network.Addr, now time.Time) {
	for len(r.order) > 0 && (len(r.order) >= r.max || r.old(r.order[0], now)) {
		delete(r.back, r.order[0])
		r.order = r.order[1:]
	}
	if r.back == nil {
		r.back = make(map[ID]route)
	}
	r.back[id] = route{peer, now}
	r.order = append(r.order, id)
}

// find gives the peer that a search came from. A search that is out of date is not found, but stays
// in its place until add takes it away.
func (r *routes) find(id ID, now time.Time) (network.Addr, bool) {
	back, known := r.back[id]
	if !known || now.Sub(back.since) >= r.keep {
		return "", false
	}
	return back.peer, true
}

func (r *routes) old(id ID, now time.Time) bool { return now.Sub(r.back[id].since) >= r.keep }
