package pipe

import (
	"time"

	"strata/harness/explain/debugger"
	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/explain/witness"
	"strata/harness/explore"
	"strata/harness/lab"
	"strata/scenario"
)

// A Task is what a child is asked to do. Its answer is an A.
type Task[A any] interface {
	answer(A)
	// Subject is the run that it is about.
	Subject() Run
}

// Run names a run: a scenario on a mix of layers, with a seed.
type Run struct {
	Scenario string
	Student  []string // layers that are the student's; the others are the reference
	Seed     uint64
}

// Subject is a Task's.
func (r Run) Subject() Run { return r }

// Grade runs seeds, from Run.Seed on, until one fails or the budget is used up.
type Grade struct {
	Run
	Seeds  int
	Again  int           // seeds that are run once more at the end, to see whether they run the same
	Budget time.Duration // processor time after which no other seed is begun
}

// Verdict answers Grade.
type Verdict struct {
	Result lab.Result // of the last seed that ran
	Cut    bool       // it was not the last that was asked for: the budget was used up
	// Faults in all seeds, by kind: how many there were, and how often they made a difference.
	Injected, Fired map[string]int
	Varies          bool // two runs of the seed Varied were not the same
	Varied          uint64
}

// Trace runs one seed and sends all that happens as News.
type Trace struct {
	Run
	Without []string // choices that are left out
	Picks   string   // events that come before others that were due, as lab.Picks has them
}

// Traced answers Trace.
type Traced struct {
	Result lab.Result
	Seen   witness.Seen
	Beside *vary.Beside // where the run parts from ours; nil: nowhere, or it passed
}

// Shrink finds the smallest run that fails in the same way.
type Shrink struct {
	Run
	Seeds  int // looked at for one with a trace that fits
	Budget time.Duration
}

// Shrunk answers Shrink.
type Shrunk struct {
	Smallest *shrink.Result // nil: the run passes, or ends without breaking a rule
	Seen     witness.Seen
	Beside   *vary.Beside // where the smallest run parts from ours; nil: nowhere
}

// Why finds out when the run was doomed.
type Why struct {
	Run
	Budget time.Duration
}

// Doom answers Why. It is nil if the run passes.
type Doom struct{ Why *shrink.Why }

// Differ finds out where two runs of the seed part.
type Differ struct {
	Run
	Others int // runs of other seeds that may come between
	Budget time.Duration
}

// Differs answers Differ. It is nil if they did not part.
type Differs struct{ Difference *vary.Difference }

// Explore looks at every order of the scenario.
type Explore struct {
	Run
	Budget   *scenario.Budget // nil: the scenario's own
	Schedule []int            // this one order only, if it is not nil
}

// Explored answers Explore.
type Explored struct {
	explore.Result
	Timeline string // of the order that broke a rule
}

// Begin begins a session that steps through the run.
type Begin struct {
	Run
	Orders  *scenario.Budget // step through an order of the scenario; nil: the run of the seed
	Picks   string           // what is chosen already, as lab.Picks has it
	Without []string         // choices that are left out
	Flags   string           // of the command that began the session, each after a blank
	Show    bool             // the answers say how the run stands
}

// Line is one line that the user typed in the session that has begun.
type Line struct {
	Run
	Text string
}

// Said answers Begin and Line.
type Said struct {
	Text   string
	Over   bool               // the session has ended
	Stands *debugger.Standing // nil: nobody asked
}

// List names the scenarios that an instructor has added.
type List struct{ Run }

// Listed answers List.
type Listed struct {
	Scenarios []scenario.Scenario // without their Setup
}

func (Grade) answer(Verdict)    {}
func (Trace) answer(Traced)     {}
func (Shrink) answer(Shrunk)    {}
func (Why) answer(Doom)         {}
func (Differ) answer(Differs)   {}
func (Explore) answer(Explored) {}
func (Begin) answer(Said)       {}
func (Line) answer(Said)        {}
func (List) answer(Listed)      {}
