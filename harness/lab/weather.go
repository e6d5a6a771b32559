package lab

import (
	"math/rand/v2"
	"time"

	"strata/scenario"
)

// Weather is what slows nodes down or keeps one way between them shut.

// amount draws how much such a fault does.
type amount func(r *rand.Rand, f *scenario.Fault)

// lateness is up to 2 s.
func lateness(r *rand.Rand, f *scenario.Fault) {
	f.By = 10*time.Millisecond + between(r, 0, 2*time.Second)
}

// thinness is 100 bytes to 12.8 kB a second.
func thinness(r *rand.Rand, f *scenario.Fault) { f.Rate = 100 << r.IntN(8) }

// wrongness has a clock run up to a tenth fast or slow, and jump by up to 2 s.
func wrongness(r *rand.Rand, f *scenario.Fault) {
	f.By, f.Rate = between(r, 0, 2*time.Second), 1000*(r.Int64N(201)-100)
}

// oneWay strikes what one node sends to about half of the others.
func oneWay(kind scenario.FaultKind, much amount) func(drawer, int) (scenario.Fault, bool) {
	return func(d drawer, i int) (f scenario.Fault, ok bool) {
		if len(d.nodes) < 2 {
			return f, false
		}
		r := d.key(string(kind), i)
		at := between(r, d.until/10, d.until*3/4)
		f = scenario.Fault{Kind: kind, At: at, For: between(r, (d.until-at)/4, d.until-at)}
		victim, sure := d.one(r)
		f.A = d.nodes[victim : victim+1 : victim+1]
		for n, node := range d.nodes {
			if heads := r.IntN(2) == 0; n == sure || heads && n != victim {
				f.B = append(f.B, node)
			}
		}
		if much != nil {
			much(r, &f)
		}
		return f, true
	}
}

// alone strikes one node.
func alone(kind scenario.FaultKind, much amount) func(drawer, int) (scenario.Fault, bool) {
	return func(d drawer, i int) (f scenario.Fault, ok bool) {
		r := d.key(string(kind), i)
		at := between(r, d.until/10, d.until*3/4)
		f = scenario.Fault{Kind: kind, At: at, For: between(r, (d.until-at)/8, (d.until-at)*3/4)}
		n := r.IntN(len(d.nodes))
		f.A = d.nodes[n : n+1 : n+1]
		if much != nil {
			much(r, &f)
		}
		return f, true
	}
}
