package lab

import (
	"fmt"
	"time"

	"strata/network"
	"strata/scenario"
)

// weather draws the faults that slow nodes down or keep one way between them shut.
func (d drawer) weather(faults []scenario.Fault, f scenario.Faults) []scenario.Fault {
	for i := range f.Cuts {
		faults = d.oneWay(faults, scenario.Cut, i)
	}
	for i := range f.Delays {
		faults = d.oneWay(faults, scenario.Delay, i)
	}
	for i := range f.Slow {
		faults = d.oneWay(faults, scenario.Slow, i)
	}
	for i := range f.Pauses {
		faults = d.alone(faults, scenario.Pause, i)
	}
	for i := range f.Skews {
		faults = d.alone(faults, scenario.Skew, i)
	}
	return faults
}

// oneWay strikes what one node sends to about half of the others.
func (d drawer) oneWay(faults []scenario.Fault, kind scenario.FaultKind, i int) []scenario.Fault {
	if len(d.nodes) < 2 {
		return faults
	}
	r := d.key(string(kind), i)
	at := between(r, d.until/10, d.until*3/4)
	f := scenario.Fault{Kind: kind, At: at, For: between(r, (d.until-at)/4, d.until-at)}
	victim := r.IntN(len(d.nodes))
	sure := (victim + 1 + r.IntN(len(d.nodes)-1)) % len(d.nodes)
	f.A = []network.Addr{d.nodes[victim]}
	for n, node := range d.nodes {
		if heads := r.IntN(2) == 0; n == sure || heads && n != victim {
			f.B = append(f.B, node)
		}
	}
	switch kind {
	case scenario.Delay:
		f.By = 10*time.Millisecond + between(r, 0, 2*time.Second)
	case scenario.Slow:
		f.Rate = 100 << r.IntN(8)
	}
	return append(faults, f)
}

// alone strikes one node. Clocks run up to a tenth fast or slow, and jump by up to 2 s.
func (d drawer) alone(faults []scenario.Fault, kind scenario.FaultKind, i int) []scenario.Fault {
	r := d.key(string(kind), i)
	at := between(r, d.until/10, d.until*3/4)
	f := scenario.Fault{Kind: kind, At: at, For: between(r, (d.until-at)/8, (d.until-at)*3/4), A: []network.Addr{d.nodes[r.IntN(len(d.nodes))]}}
	if kind == scenario.Skew {
		f.By, f.Rate = between(r, 0, 2*time.Second), 1000*(r.Int64N(201)-100)
	}
	return append(faults, f)
}

// extent says how much a fault does, if that can be said: " by 1s".
func extent(f scenario.Fault) (text string) {
	if f.By > 0 {
		text += fmt.Sprintf(" by %v", f.By)
	}
	switch {
	case f.Kind == scenario.Slow:
		text += fmt.Sprintf(" at %d bytes a second", f.Rate)
	case f.Rate > 0:
		text += fmt.Sprintf(" %d millionths fast", f.Rate)
	case f.Rate < 0:
		text += fmt.Sprintf(" %d millionths slow", -f.Rate)
	}
	if f.Wipe {
		text += " without its disk"
	}
	return text
}
