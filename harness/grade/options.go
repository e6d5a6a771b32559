// Package grade is the grader's parent process. It knows no student code: it reads the sources of
// a submission, builds a child with the submission laid over the exercises, lets children run
// the scenarios under limits, and turns their verdicts into points and explanations.
package grade

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
	"strata/harness/grade/extras"
	"strata/harness/grade/handin"
	"strata/harness/grade/process"
	"strata/harness/grade/report"
)

// Options say what to grade and how.
type Options struct {
	Root        string        // of the workshop's module; empty: the working directory's, or the nearest above
	Dir         string        // the submission, with a directory per layer; empty: Own
	Layers      []string      // grade only these; empty: all
	Steps       []string      // grade only these; empty: all
	Seeds       int           // runs of each scenario; 0 means 200
	FirstSeed   uint64        // the seeds count from here; 0 means 1
	Jobs        int           // child processes at once; 0 means one per core
	Timeout     time.Duration // of one run, in processor time; 0 means 4 s
	Budget      time.Duration // processor time of all runs of a layer; 0 means 30 s and 2 ms for each run
	MemoryLimit int64         // bytes that one run may use; 0 means 512 MiB
	Unhurried   bool          // explanations take the time that they need: for tests
	Progress    io.Writer     // told what is going on; nil: nobody
	AsFound     bool          // failures are told as they were found, not shrunk
	// OneFails ends the grading at the first scenario that fails, for those who ask only whether one does: the report has
	// nothing of those that did not run, and its points mean nothing then.
	OneFails bool
	// Provided are files of the workshop that are replaced as well, such as node/node.go: the new file
	// by the path from the root. No submission can do that; a bank of mutants does.
	Provided map[string]string
	NoHints  bool     // the course gives none
	Given    bool     // run the scenarios, too, that prove what is provided: a layer's skeleton has much of it
	Exec     []string // the command that runs the layers, in place of Dir; nil: none
	Sealed   bool     // the layers run as WebAssembly, which nothing reaches but their contracts
	Apart    bool     // leave nothing of what is built in the user's build cache: for the submissions of a class
	// Scenarios are what an instructor adds to the workshop's; nil: nothing.
	Scenarios *extras.Suite
	KeepTemp  bool // leave the child's binary and the overlay behind, and say where

	Own   string        // the user's own exercises, which no command has to name; empty: Root/exercises
	Warm  *process.Warm // what is kept from one grade to the next; nil: nothing
	First []string      // scenarios that are run before all others
	// Soon is how many seeds of each scenario come before all others, and Passes is told at once, from any goroutine, how
	// the layers stand if all of these pass. 0, or not fewer than Seeds: none come first, and nobody is told.
	Soon   int
	Passes func(report.Report)
	Failed func(Failed) // told at once of each scenario that fails, from any goroutine; nil: nobody

	core bool // no elective is graded, so that none of the submission's is built
}

// Failed is a scenario that fails, as soon as that is known. The report has the lowest seed that does, and why.
type Failed struct {
	Step, Scenario string
	Seed           uint64
	Text           string // what happened
}

// ErrUsage reports options that make no sense, such as an unknown layer: the caller's slip.
var ErrUsage = errors.New("usage")

// seedBits leaves room to count on from any seed.
const seedBits = 63

// complete fills in the defaults, and reports every fault at once.
func (o Options) complete() (Options, error) {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: "+format, append([]any{ErrUsage}, args...)...))
	}
	root, err := checkout.Find(o.Root)
	if err != nil {
		return o, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	o.Root = root
	if o.Own == "" {
		o.Own = filepath.Join(root, "exercises")
	}
	if o.Dir == "" {
		o.Dir = near(o.Own)
	}
	if info, err := os.Stat(o.Dir); o.Exec == nil && (err != nil || !info.IsDir()) {
		fault("%s is not a directory", o.Dir)
	}
	for _, l := range o.Layers {
		if l != steps.Whole && !slices.Contains(steps.Written, l) {
			fault("unknown layer %q: want one of %s, %s", l, strings.Join(steps.Written, ", "), steps.Whole)
		}
	}
	if o.Sealed && o.Exec != nil {
		fault("a command cannot be sealed: only layers in Go can")
	}
	for _, l := range append(slices.Clone(o.Layers), steps.LayersOf(o.Steps)...) {
		if isCore(l) || !slices.Contains(steps.Written, l) {
			continue
		}
		if why := handin.NotSealed(l); o.Sealed && why != "" {
			fault("%s", why)
		}
		if o.Exec != nil {
			fault("%s", handin.NoElective(l))
		}
	}
	for _, id := range o.Steps {
		if _, ok := steps.Find(id); !ok {
			fault("unknown step %q: want one such as %s", id, steps.List[0].ID)
		}
	}
	if o.Seeds < 0 || o.Soon < 0 || o.Jobs < 0 || o.Timeout < 0 || o.Budget < 0 || o.MemoryLimit < 0 {
		fault("seeds %d, soon %d, jobs %d, timeout %v, budget %v, memory %d: none may be negative", o.Seeds, o.Soon, o.Jobs, o.Timeout,
			o.Budget, o.MemoryLimit)
	}
	if o.FirstSeed >= 1<<seedBits-uint64(max(o.Seeds, 0)) {
		fault("first seed %d: seeds end before 2^%d", o.FirstSeed, seedBits)
	}
	return o.defaults(), errors.Join(faults...)
}

// near is the path from the working directory, if it lies there: what reports show is short, and can be
// clicked on.
func near(path string) string {
	if at, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(at, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return path
}

// own says whether the submission is the user's own exercises, which a command need not name.
func (o Options) own() bool { return same(o.Dir, o.Own) }

// ofWorkshop says whether the submission is part of the workshop's checkout.
func (o Options) ofWorkshop() bool { return same(o.Dir, filepath.Join(o.Root, "exercises")) }

// same says whether two paths name the same place.
func same(a, b string) bool {
	dir, err := filepath.Abs(a)
	other, errOther := filepath.Abs(b)
	return err == nil && errOther == nil && dir == other
}

func (o Options) defaults() Options {
	if o.Seeds == 0 {
		o.Seeds = 200
	}
	if o.FirstSeed == 0 {
		o.FirstSeed = 1
	}
	if o.Jobs == 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Timeout == 0 {
		o.Timeout = 4 * time.Second
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = 512 << 20
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o
}

// limits are those of each child.
func (o Options) limits() process.Limits {
	return process.Limits{Timeout: o.Timeout, Memory: o.MemoryLimit, Exec: o.Exec}
}

// buildOf is how a submission is built. A directory for what is made on the way is missing.
func (o Options) buildOf(sub *handin.Submission) *process.Build {
	return &process.Build{Root: o.Root, Sub: sub, Provided: o.Provided, Limits: o.limits(), Apart: o.Apart,
		Sealed: o.Sealed, Scenarios: o.Scenarios, Warm: o.Warm, Layer: o.layer(),
		Core: o.core}
}

// layer is the one whose steps are graded; empty: there is more than one.
func (o Options) layer() string {
	all := append(slices.Clone(o.Layers), steps.LayersOf(o.Steps)...)
	if slices.Sort(all); len(slices.Compact(all)) != 1 {
		return ""
	}
	return all[0]
}

// isCore says whether a layer is one of the six, or all of them.
func isCore(layer string) bool { return layer == steps.Whole || slices.Contains(steps.Layers, layer) }

// selects says whether the step is to be graded.
func (o Options) selects(s steps.Step) bool {
	if len(o.Layers) == 0 && len(o.Steps) == 0 {
		return isCore(s.Layer) // others are graded when they are asked for
	}
	return slices.Contains(o.Layers, s.Layer) || slices.Contains(o.Steps, s.ID)
}
