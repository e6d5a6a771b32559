package guard

import (
	"time"

	"strata/network"
)

// own is how many peers a node with so many places has of its own choice, before those who have chosen
// it get more than their part of the places: whoever only waited to be dialled would have none but whom
// others send.
func own(places int) int { return max(1, places/8) }

// hasPlace says whether one more may choose us as its peer. P2p looks for more peers below half of
// MaxPeers (P2P-8): of these some are always of the node's own choice. And there are never so many that
// p2p has to draw which ones to lose. Whoever is sent away is told of others (P2P-4).
func (g *Guard) hasPlace() bool {
	places := g.cfg.MaxPeers
	if places == 0 {
		return true
	}
	peers, guests := len(g.peers.Peers()), g.Introduced()
	switch {
	case peers >= places:
		return false
	case peers-guests >= own(places):
		return guests < places-own(places)
	}
	return guests < max(1, (places+1)/2-own(places))
}

const (
	fewPlaces  = 8               // from so many on, a network does not fill up
	roomEvery  = 2 * time.Second // between two times that room is made
	settled    = 10 * time.Second
	refusedFor = 10 * time.Minute // how long it is remembered that somebody found no place: longer than p2p waits (P2P-13)
	maxRefused = 1024
)

// makesRoom ends the connection of a guest, a peer that has chosen us, for somebody who comes a second
// time: nobody else had a place either. With few places, rings of nodes close in which each has as many
// peers as it may have, and newcomers would be alone for good. The guest that has to go has other peers,
// or comes back, and is told who is in its place and has room (P2P-4). Peers of our own choice stay.
func (g *Guard) makesRoom(name network.Addr) bool {
	now := g.host.Now()
	at, again := g.refused[name]
	again = again && now.Sub(at) <= refusedFor
	if g.cfg.MaxPeers >= fewPlaces || !again || now.Sub(g.madeRoom) < roomEvery {
		g.noteRefused(name, now)
		return false
	}
	var guests []*conn
	for _, c := range g.conns {
		if c.incoming() && c.name != "" && now.Sub(c.since) >= settled {
			guests = append(guests, c)
		}
	}
	if len(guests) == 0 {
		return false
	}
	delete(g.refused, name)
	g.madeRoom = now
	guests[g.host.Rand().IntN(len(guests))].end(ErrMadeRoom)
	return true
}

// noteRefused remembers who found no place. When the memory is full, those are forgotten who came long
// ago, or all: then it takes a newcomer once more.
func (g *Guard) noteRefused(name network.Addr, now time.Time) {
	if len(g.refused) >= maxRefused {
		for other, at := range g.refused {
			if now.Sub(at) > refusedFor {
				delete(g.refused, other)
			}
		}
		if len(g.refused) >= maxRefused {
			clear(g.refused)
		}
	}
	g.refused[name] = now
}
