package main

import (
	"fmt"
	"time"

	"strata/harness/sim/causalbench"
	"strata/solutions"
)

// l4 is the document of elective 10: a replica that has nothing gets a list of several authors from another, every
// update signed and checked, until both have it all. Both are in this process, on one core, with all layers on a simulated
// network: what is measured is the work of the two, and not how far apart they are. Then two replicas that have much in
// common: what they send each other is to depend on what they differ by alone.
func l4() (figures []figure) {
	for _, s := range []struct {
		n    int
		most time.Duration
	}{{10_000, 500 * time.Millisecond}, {100_000, 10 * time.Second}} {
		figures = append(figures, figure{
			id: "L4", title: fmt.Sprintf("causal, a list of %d operations of seven authors comes over, signatures checked", s.n), unit: "s",
			ours: side{"ours", func() (float64, error) {
				r, err := reconciled(causalbench.Pair{First: s.n})
				return r.Elapsed.Seconds(), err
			}},
			target: atMost(s.most.Seconds()),
		})
	}
	for _, k := range []int{10, 100, 1000} {
		figures = append(figures, figure{
			id: "L4", title: fmt.Sprintf("causal, two replicas differ by %d updates: bytes with 10,000 in common, against 1,000", k), unit: "bytes",
			ours:   side{"10,000 in common", reconciledBytes(10_000, k)},
			base:   side{"1,000 in common", reconciledBytes(1000, k)},
			target: atMost(1.1),
		})
	}
	return figures
}

// reconciledBytes is what two replicas send each other that differ by k updates, half of them on each side.
func reconciledBytes(common, k int) func() (float64, error) {
	return func() (float64, error) {
		r, err := reconciled(causalbench.Pair{Common: common, First: k / 2, Second: k / 2})
		return float64(r.Bytes), err
	}
}

// reconciled lets our replicas talk.
func reconciled(p causalbench.Pair) (causalbench.Result, error) {
	return p.Run(solutions.Electives().Causal())
}
