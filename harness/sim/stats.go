package sim

import (
	"time"

	"strata/scenario"
)

// Stats counts what has happened in a network.
type Stats struct {
	Pieces     uint64 // pieces of streams that were sent
	Bytes      uint64 // in them
	Deliveries uint64 // callbacks into nodes
	Dials      uint64 // dials begun
	Timers     uint64 // timers that ran
	Split      uint64 // pieces more than were written, for some were split
	Joined     uint64 // pieces that were joined to the one before
	Twins      uint64 // connections of the second of two twins
	Clamped    uint64 // ends of links whose latency a Place had below or above what can be
	Came, Went uint64 // arrivals and departures of nodes that come and go

	BusyUp, BusyDown time.Duration // of all pipes, added up

	// Fired counts, per kind of fault, how often it made a difference: connections or dials that
	// failed (at each end), pieces held back, nodes that went down, nodes that came late.
	Fired map[scenario.FaultKind]uint64
}

// counts are a worker's share of Stats.
type counts struct {
	pieces, bytes, deliveries, dials, timers, split, joined, twins uint64
	clamped, came, went, busyUp, busyDown                          uint64
}

// Stats adds up what has happened so far.
func (n *Net) Stats() Stats {
	s := Stats{Fired: map[scenario.FaultKind]uint64{}}
	for _, k := range n.workers {
		s.Pieces += k.stats.pieces
		s.Bytes += k.stats.bytes
		s.Deliveries += k.stats.deliveries
		s.Dials += k.stats.dials
		s.Timers += k.stats.timers
		s.Split += k.stats.split
		s.Joined += k.stats.joined
		s.Twins += k.stats.twins
		s.Clamped += k.stats.clamped
		s.Came += k.stats.came
		s.Went += k.stats.went
		s.BusyUp += time.Duration(k.stats.busyUp)
		s.BusyDown += time.Duration(k.stats.busyDown)
	}
	for i, f := range n.faults {
		s.Fired[f.said.Kind] += n.Fired(i)
	}
	return s
}

// Fired says how often the i-th fault injected made a difference.
func (n *Net) Fired(i int) uint64 {
	var fired uint64
	for _, k := range n.workers {
		if i < len(k.fired) {
			fired += k.fired[i]
		}
	}
	return fired
}
