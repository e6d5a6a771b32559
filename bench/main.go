// Command bench measures the figures of docs/targets.md, each beside its baseline, and prints
// medians and ratios.
//
// Ours and the baseline take turns, so that whatever else the machine does strikes both. The
// baselines are code in this directory: read it before you believe a ratio. It is a module of
// its own, so that what the baselines need never becomes a dependency of the workshop.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
)

// all lists every figure, in the order of the targets.
func all() []figure {
	return slices.Concat(simulator(), g1(), g2(), g3(), g4(), n1(), n2(), c1(), c2(), c3sync(), c3restart(), c4(),
		c5(), f1())
}

// gcPercent is set for ours and for the baselines. The heap of this process is nearly empty, unlike a
// node's: by default the collector would run after every 4 MiB, and be what is measured.
const gcPercent = 400

func main() {
	only := flag.String("only", "", "run only the figures whose id or title starts with one of these, such as N1,N2")
	runs := flag.Int("runs", 5, "how often each pair is measured")
	profile := flag.String("cpuprofile", "", "write a profile of everything that is run to this file")
	flag.Parse()
	if *profile != "" {
		stop, err := startProfile(*profile)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %v\n", err)
			os.Exit(1)
		}
		defer stop()
	}

	if servePlainOnly() {
		return
	}
	debug.SetGCPercent(gcPercent)
	fmt.Printf("%s, GOGC=%d\n", machine(), gcPercent)
	failed := false
	defer removeStrata()
	defer removeScratch()
	for _, f := range all() {
		if !wanted(f.id, *only) && !wanted(f.title, *only) {
			continue
		}
		r, err := f.measure(*runs)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s %s: %v\n", f.id, f.title, err)
			failed = true
			continue
		}
		fmt.Println(r)
	}
	if failed {
		removeStrata()
		removeScratch()
		os.Exit(1)
	}
}

// startProfile profiles until stop is called.
func startProfile(name string) (stop func(), err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, nil
}

// wanted says whether a figure is among the ids asked for; none means all.
func wanted(id, only string) bool {
	if only == "" {
		return true
	}
	for prefix := range strings.SplitSeq(only, ",") {
		if strings.HasPrefix(id, strings.TrimSpace(prefix)) {
			return true
		}
	}
	return false
}
