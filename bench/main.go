// Command bench measures the figures of docs/targets.md, each beside its baseline, and prints
// medians, ratios and how far the runs lie apart.
//
// Ours and the baseline take turns, so that whatever else the machine does strikes both. The
// baselines are code in this directory: read it before you believe a ratio. It is a module of
// its own, so that what the baselines need never becomes a dependency of the workshop.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// all lists every figure, in the order of the targets.
func all() []figure {
	return slices.Concat(simulator(), networks(), g1(), g2(), g3(), g4(), g5(), g6(), n1(), n2(), c1(), c2(), c3sync(), c3restart(), c4(),
		c5(), f1(), l1(), l2(), l3(), l4())
}

// gcPercent is set for ours and for the baselines. The heap of this process is nearly empty, unlike a
// node's: by default the collector would run after every 4 MiB, and be what is measured.
const gcPercent = 400

func main() {
	only := flag.String("only", "", "run only the figures whose id or title starts with one of these, such as N1,N2")
	runs := flag.Int("runs", 5, "how often each pair is measured, at most: a figure that takes long is measured three times")
	asTable := flag.Bool("markdown", false, "print a table as Markdown")
	asJSON := flag.Bool("json", false, "print every measured value, with machine and commit, as JSON")
	profile := flag.String("cpuprofile", "", "write a profile of everything that is run to this file")
	flag.Parse()
	if servePlainOnly() {
		return
	}
	chosen := slices.DeleteFunc(all(), func(f figure) bool { return !wanted(f.id, *only) && !wanted(f.title, *only) })
	if wrong := complaint(*runs, *only, chosen, flag.Args()); wrong != "" {
		fmt.Fprintln(os.Stderr, "bench: "+wrong)
		os.Exit(2)
	}
	stop, err := startProfile(*profile)
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	debug.SetGCPercent(gcPercent)
	show := asText
	switch {
	case *asTable:
		show = markdown
	case *asJSON:
		show = jsonLines
	}
	failed := measureAll(chosen, *runs, os.Stdout, show)
	stop()
	removeStrata()
	removeScratch()
	if failed {
		os.Exit(1)
	}
}

// complaint says what is wrong with the settings, if anything is.
func complaint(runs int, only string, chosen []figure, rest []string) string {
	switch {
	case len(rest) > 0:
		return fmt.Sprintf("unexpected %q: figures are chosen by --only", rest[0])
	case runs < 1:
		return fmt.Sprintf("--runs %d: want 1 or more", runs)
	case len(chosen) == 0:
		var ids []string
		for _, f := range all() {
			ids = append(ids, f.id)
		}
		return fmt.Sprintf("--only %s: no figure begins so; there are %s", only, strings.Join(slices.Compact(ids), ", "))
	}
	return ""
}

// measureAll measures one figure after the other and shows each as soon as it is there. It says whether one failed.
func measureAll(chosen []figure, runs int, to io.Writer, show format) (failed bool) {
	began := time.Now()
	fmt.Fprint(to, show.begin(here()))
	for i, f := range chosen {
		fmt.Fprintf(os.Stderr, "%s %s (%d of %d, %s so far)\n", f.id, f.title, i+1, len(chosen),
			time.Since(began).Round(time.Second))
		r, err := f.measure(runs)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s %s: %v\n", f.id, f.title, err)
			failed = true
			continue
		}
		fmt.Fprint(to, show.figure(r))
	}
	return failed
}

// startProfile profiles until stop is called. Without a name it does nothing.
func startProfile(name string) (stop func(), err error) {
	if name == "" {
		return func() {}, nil
	}
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
