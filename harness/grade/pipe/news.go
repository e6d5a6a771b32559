package pipe

import (
	"reflect"
	"time"

	"strata/harness/explore"
	"strata/harness/sim"
	"strata/scenario"
)

// News is what a child tells while it is at a task: Started, Event, Work, Log, Faults or Covered.
type News interface{ news() }

// Ready says that the child waits for tasks.
type Ready struct{}

// Started says that the run of this seed is about to begin.
type Started uint64

// Event is one thing that happened in a traced run.
type Event sim.TraceEvent

// Work is an item of work that a scenario did in a traced run.
type Work struct {
	Time time.Duration
	Node string
	What string
}

// Log is a line that a node logged in a traced run.
type Log struct {
	Time time.Duration
	Node string
	Text string
}

// Faults are those that a traced run will have.
type Faults []scenario.Fault

// Covered says how far an exploration is.
type Covered explore.Coverage

func (Started) news() {}
func (Event) news()   {}
func (Work) news()    {}
func (Log) news()     {}
func (Faults) news()  {}
func (Covered) news() {}

// End says that the child gives up the run of Seed, and ends.
type End struct {
	Seed  uint64
	Limit Limit // that the run went beyond
	Stack string
}

// Limit is one of those that a run has.
type Limit int

// The limits.
const (
	Time   Limit = 1 + iota // Request.Timeout
	Memory                  // Hello.MemoryLimit
)

// kinds has the types of all bodies, by their names.
var kinds = table(Ready{}, End{}, Started(0), Event{}, Work{}, Log{}, Faults{}, Covered{},
	Grade{}, Verdict{}, Trace{}, Traced{}, Shrink{}, Shrunk{}, Why{}, Doom{}, Differ{}, Differs{},
	Explore{}, Explored{}, Begin{}, Line{}, Said{})

func table(bodies ...any) map[string]reflect.Type {
	types := make(map[string]reflect.Type)
	for _, b := range bodies {
		types[reflect.TypeOf(b).Name()] = reflect.TypeOf(b)
	}
	return types
}
