// Package pipe is what the grader and its child processes say to each other: JSON values on two
// pipes of their own. The child's standard output and error carry nothing but what the student
// prints.
package pipe

import (
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/explain/vary"
	"strata/harness/explore"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/scenario"
)

// The child's file descriptors.
const (
	JobsFD     = 3 // Hello, then Jobs
	VerdictsFD = 4 // Messages
)

// Hello is the first value that a child is sent.
type Hello struct {
	Nonce       string // every message of this child carries it
	MemoryLimit int64  // bytes that the child may have in use
}

// Job is a batch of seeds of one scenario.
type Job struct {
	ID       int
	Scenario string
	Student  []string // layers that are the student's; the others are the reference
	First    uint64   // seed
	Seeds    int
	Timeout  time.Duration    // of one run; the child reports a longer one as a hang
	Again    int              // seeds that are run once more at the end, to see whether they run the same
	Trace    bool             // send every event of every run
	Without  []string         // choices that are left out of every run
	Task     Task             // instead of running the seeds: something about the first of them
	Budget   time.Duration    // of the task
	Orders   *scenario.Budget // of Explore; nil: the scenario's own. Of Debug; nil: the run of the seed
	Schedule []int            // of Explore: this one order only, if it is not nil
	Picks    string           // events that come before others that were due, as lab.Picks has them
	Flags    string           // of Debug: of the command that began the session, each after a blank
	Line     string           // of Debug: what the user typed; empty: a session begins
}

// Task is work on one seed that fails. Its last message is Explained.
type Task string

// The tasks.
const (
	Shrink  Task = "shrink"  // find the smallest run that fails in the same way
	Why     Task = "why"     // find out when it was doomed
	Explore Task = "explore" // look at every order; meanwhile Run messages say how far it is
	Differ  Task = "differ"  // find out where two runs of it part; Seeds says how many others may come between
	Debug   Task = "debug"   // one line of a session that steps through a run
)

// Kind says what a message is about.
type Kind string

// The kinds of messages. For each job without a task: per seed one Run, then Traced if asked for; at last one
// of the others.
const (
	Ready     Kind = "ready"     // the child waits for jobs
	Run       Kind = "run"       // Seed is about to run
	Traced    Kind = "traced"    // Event, Work, Log or Faults is set
	Passed    Kind = "passed"    // all seeds of the job did
	Failed    Kind = "failed"    // Result says why; the seeds after it were not run
	Hang      Kind = "hang"      // the run of Seed took longer than Timeout; the child ends
	Explained Kind = "explained" // Shrunk, Why, Difference, Explored or Said is set, neither if the run does not fail or nothing can be said
	Memory    Kind = "memory"    // the run of Seed used more than MemoryLimit; the child ends
)

// Message is what a child reports.
type Message struct {
	Nonce  string
	Kind   Kind
	Job    int         `json:",omitempty"`
	Seed   uint64      `json:",omitempty"`
	Result *lab.Result `json:",omitempty"` // of the last seed that ran
	// Faults in all seeds of the job, by kind: how many there were, how often they made a difference.
	Injected, Fired map[string]int   `json:",omitempty"`
	Varies          bool             `json:",omitempty"` // two runs of the seed Varied were not the same
	Varied          uint64           `json:",omitempty"`
	Difference      *vary.Difference `json:",omitempty"` // where they part
	Stack           string           `json:",omitempty"` // of a Hang or Memory
	Event           *sim.TraceEvent  `json:",omitempty"`
	Work            *Work            `json:",omitempty"`
	Shrunk          *shrink.Result   `json:",omitempty"`
	Why             *shrink.Why      `json:",omitempty"`
	Explored        *Explored        `json:",omitempty"`
	Said            *Said            `json:",omitempty"`
	Log             *Log             `json:",omitempty"`
	Faults          []scenario.Fault `json:",omitempty"` // that the run will have
}

// Log is a line that a node logged.
type Log struct {
	Time time.Duration
	Node string
	Text string
}

// Work is an item of work that a scenario did.
type Work struct {
	Time time.Duration
	Node string
	What string
}

// Explored is what came of an exploration, or how far it is.
type Explored struct {
	explore.Result
	Timeline string // of the order that broke a rule
}

// Said is a debugger's answer to one line.
type Said struct {
	Text string
	Over bool // the session has ended
}
