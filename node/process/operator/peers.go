package operator

import (
	"maps"
	"slices"
	"time"

	"strata/network"
)

// The states of a member that this node should reach.
const (
	Aligned     = "aligned"     // it stands where this node stands, or a block apart
	Ahead       = "ahead"       // it has decided blocks that this node has not
	Behind      = "behind"      // the other way round
	Diverged    = "diverged"    // it has another block of the same height
	Unreachable = "unreachable" // it is no peer, or has been silent
	Unobserved  = "unobserved"  // the node has just started and has not heard of it
)

// How far a member may be apart and be aligned; after what silence it counts as unreachable; how long a node that has
// started waits for its peers.
const (
	apart  = 2
	silent = 5 * time.Second
	grace  = 15 * time.Second
)

// PeerStatus is a member as this node sees it.
type PeerStatus struct {
	Addr   network.Addr `json:"address"`
	Power  uint64       `json:"power"`
	State  string       `json:"state"`
	Height uint64       `json:"height"` // that it said last
}

// stateOf is how a member stands.
func (o *Operator) stateOf(addr network.Addr, now time.Time) string {
	p, own := o.peers[addr], o.facts.Standing
	switch {
	case p.heard.IsZero() && now.Sub(o.began) < grace:
		return Unobserved
	case !slices.Contains(o.facts.Peers, addr) || now.Sub(p.heard) > silent:
		return Unreachable
	case p.height == own.Height && p.hash != own.Hash:
		return Diverged
	case p.height > own.Height+apart:
		return Ahead
	case p.height+apart < own.Height:
		return Behind
	}
	return Aligned
}

// peersAt is every member but this node, by address.
func (o *Operator) peersAt(now time.Time) (all []PeerStatus) {
	for _, addr := range slices.Sorted(maps.Keys(o.peers)) {
		s := PeerStatus{Addr: addr, State: o.stateOf(addr, now), Height: o.peers[addr].height}
		for _, m := range o.cfg.Members {
			if m.Addr == addr {
				s.Power = o.facts.Set.Power(m.Key)
			}
		}
		all = append(all, s)
	}
	return all
}

// Horizon is how many incidents were observed within a time before now.
type Horizon struct {
	Name      string `json:"horizon"` // 5m, 15m, 1h, 6h, 24h
	Incidents int    `json:"incidents"`
}

var horizons = []struct {
	name string
	long time.Duration
}{{"5m", 5 * time.Minute}, {"15m", 15 * time.Minute}, {"1h", time.Hour}, {"6h", 6 * time.Hour}, {"24h", 24 * time.Hour}}

// horizonsAt counts the incidents that the history has, by when each was observed last.
func (o *Operator) horizonsAt(now time.Time) (all []Horizon) {
	for _, h := range horizons {
		count := 0
		for _, i := range o.history.Incidents {
			if now.Sub(i.Last) <= h.long {
				count++
			}
		}
		all = append(all, Horizon{h.name, count})
	}
	return all
}

// judgePeers notes whoever is not as it should be.
func (o *Operator) judgePeers() {
	now := o.cfg.Now()
	for _, addr := range slices.Sorted(maps.Keys(o.peers)) {
		p, state := o.peers[addr], o.stateOf(addr, now)
		if state != Aligned && state != Unobserved {
			o.history.trouble(now.UTC(), addr, state, p.state == state)
			o.dirty = o.dirty || p.state != state
		}
		p.state = state
	}
}
