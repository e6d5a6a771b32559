package mutants

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade"
	"strata/scenario"
)

// Options say how to grade the bank.
type Options struct {
	Root     string    // directory of the workshop's module
	Seeds    int       // runs of each scenario; 0 means 40
	Jobs     int       // mutants at once; 0 means 2
	Shrink   bool      // have the failure shrunk, as a student gets it
	Progress io.Writer // told of each verdict; nil: nobody
}

// Verdict says what became of a mutant.
type Verdict string

// The verdicts. As it has to be: Killed for a wrong solution, Scored for a right one.
const (
	Killed    Verdict = "killed"     // by its step's scenarios, by the rule that it breaks
	Otherwise Verdict = "other rule" // a scenario failed, but none by that rule in that step
	Survived  Verdict = "survived"   // wrong, and every scenario passed
	Scored    Verdict = "all points"
	Refused   Verdict = "not all points" // right, and a scenario failed
	Broken    Verdict = "not graded"     // it does not compile, or is not let in
	Same      Verdict = "equivalent"     // nobody can tell the difference: Text says why
	Stillborn Verdict = "no mutant"      // what an operator made does not compile
)

// Kill is how one mutant fared.
type Kill struct {
	Name      string
	About     string
	Step      string `json:",omitempty"`
	Rule      string `json:",omitempty"`
	Verdict   Verdict
	By        string   `json:",omitempty"` // the scenario that failed
	Scenarios []string `json:",omitempty"` // all that failed, of its step
	Seed      uint64   `json:",omitempty"`
	Reported  string   `json:",omitempty"` // the rule that it says is broken; empty: the run crashed or did not end
	Text      string   `json:",omitempty"` // expected and got
	Shrunk    *Shrunk  `json:",omitempty"` // the failure made small; nil: it was not asked for, or cannot be
}

// Shrunk is what came of shrinking the failure that killed a mutant.
type Shrunk struct {
	Seconds float64 // real time
	Events  int     // lines of its trace, as they are shown
	Minimal bool    // without any one more of its choices it does not fail so
}

// Good says whether the verdict is as it has to be.
func (k Kill) Good() bool {
	return slices.Contains([]Verdict{Killed, Scored, Same, Stillborn}, k.Verdict)
}

// Run grades each mutant like a submission that holds its layer alone, and returns a kill for each,
// in order. An error says that they could not be graded.
func Run(ctx context.Context, opt Options, bank []Mutant) ([]Kill, error) {
	if opt.Seeds == 0 {
		opt.Seeds = 40
	}
	if opt.Jobs == 0 {
		opt.Jobs = 2
	}
	if opt.Progress == nil {
		opt.Progress = io.Discard
	}
	r := &run{opt: opt, proves: make(map[string]scenario.Scenario)}
	for _, s := range grade.Scenarios() {
		r.proves[s.Name] = s
	}
	if err := fits(os.DirFS(opt.Root), bank); err != nil {
		return nil, err
	}
	kills := make([]Kill, len(bank))
	faults := make([]error, len(bank))
	next := make(chan int)
	var workers sync.WaitGroup
	for range opt.Jobs {
		workers.Go(func() {
			for i := range next {
				kills[i], faults[i] = r.one(ctx, bank[i])
				r.tell(kills[i], len(bank))
			}
		})
	}
	for i := range bank {
		next <- i
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return kills, nil
}

// run is one grading of the bank.
type run struct {
	opt    Options
	proves map[string]scenario.Scenario

	mu   sync.Mutex
	done int
}

func (r *run) tell(k Kill, of int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	fmt.Fprintf(r.opt.Progress, "%3d/%d  %-14s %s  %s\n", r.done, of, k.Verdict, k.Name, k.where())
}

// one grades one mutant: a wrong one first by its own step, and by its whole layer only to tell
// whether anything notices it at all.
func (r *run) one(ctx context.Context, m Mutant) (Kill, error) {
	k := Kill{Name: m.Name, About: m.About, Step: m.Step, Rule: m.Rule}
	if ctx.Err() != nil {
		return k, ctx.Err()
	}
	if m.Same != "" {
		k.Verdict, k.Text = Same, m.Same
		return k, nil
	}
	files, err := m.Apply(os.DirFS(r.opt.Root))
	if err != nil {
		return k, err
	}
	dir, err := os.MkdirTemp("", "strata-mutant-")
	if err != nil {
		return k, fmt.Errorf("mutants: %w", err)
	}
	defer os.RemoveAll(dir)
	opt := grade.Options{Root: r.opt.Root, Dir: dir, Seeds: r.opt.Seeds, Jobs: 1, Timeout: 2 * time.Second,
		AsFound: !r.opt.Shrink, OneFails: m.Mechanical}
	if m.Layer == steps.Whole {
		opt.Dir = filepath.Join(r.opt.Root, "solutions")
		opt.Provided, err = m.lay(dir, files)
	} else if opt.Provided, err = m.lay(dir, files); err == nil {
		opt.Given = slices.Contains(steps.Electives, m.Layer)
		err = hand(dir, m.Layer, files)
	}
	if err != nil {
		return k, err
	}
	opt.Steps = []string{m.Step}
	if m.Step == "" {
		opt.Steps, opt.Layers = nil, []string{m.Layer}
	}
	report, err := grade.Grade(ctx, opt)
	if err == nil && m.Step != "" && m.Layer != steps.Whole && report.Complete() {
		opt.Steps, opt.Layers = nil, []string{m.Layer}
		report, err = grade.Grade(ctx, opt)
	}
	if err != nil {
		return k, fmt.Errorf("mutants: %s: %w", m.Name, err)
	}
	r.judge(&k, m, report)
	return k, nil
}
