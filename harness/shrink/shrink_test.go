package shrink_test

import (
	"fmt"
	"testing"
	"time"

	"strata/harness/lab"
	"strata/harness/reference"
	"strata/harness/shrink"
	"strata/harness/suites"
)

func TestExplore(t *testing.T) {
	ref := suites.All(reference.Stack())
	for _, b := range bugs {
		all := suites.All(b.stack())
		n := 0
		for i, s := range all {
			for seed := uint64(1); seed <= 10; seed++ {
				r := lab.Run(s, lab.Options{Seed: seed})
				if !r.Failed {
					continue
				}
				began := time.Now()
				res, ok := shrink.Run(s, seed, shrink.Options{Reference: &ref[i], Own: "strata/harness/shrink_test."})
				fmt.Println("==", b.name, s.Name, seed, ok, time.Since(began).Round(time.Millisecond), "choices", res.Choices, "->", len(res.Kept), "runs", res.Runs, "events", res.Events, "->", res.Failure.Events, "minimal", res.Minimal, "lines", len(res.Trace), res.Hidden, res.Earlier, res.Frame)
				fmt.Println("  ", res.Failure.Rule, res.Failure.Text, res.Failure.Due)
				if n < 4 {
					for _, l := range res.Trace {
						fmt.Printf("      %9s  %-25s %s\n", shrink.Stamp(l.At), l.Who, l.What)
					}
					fmt.Println("   kept", res.Kept, "nearest:", res.Nearest)
				}
				n++
				break
			}
		}
	}
}

func TestWhyExplore(t *testing.T) {
	for _, b := range bugs {
		all := suites.All(b.stack())
		for _, s := range all {
			if !s.Faults.Any() { continue }
			for seed := uint64(1); seed <= 10; seed++ {
				r := lab.Run(s, lab.Options{Seed: seed})
				if !r.Failed {
					continue
				}
				began := time.Now()
				w, _ := shrink.Ask(s, seed, shrink.WhyOptions{})
				fmt.Println("==", b.name, s.Name, seed, time.Since(began).Round(time.Millisecond), w.Futures, w.Doomed, w.Points, len(w.Before))
				break
			}
		}
	}
}
