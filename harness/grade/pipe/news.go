package pipe

import (
	"reflect"

	"strata/harness/explore"
	"strata/harness/sim"
	"strata/scenario"
)

// News is what a child tells while it is at a task: Event, Faults or Covered.
type News interface{ news() }

// Ready says that the child waits for tasks.
type Ready struct {
	Fingerprint string // the child's: a grader that has another is of another version
}

// Event is one thing that happened, or was logged, in a traced run.
type Event sim.TraceEvent

// Faults are those that a traced run will have.
type Faults []scenario.Fault

// Covered says how far an exploration is.
type Covered explore.Coverage

func (Event) news()   {}
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
	Whole                   // Request.Most
)

// kinds has the types of all bodies, by their names.
var kinds = table(Ready{}, End{}, Event{}, Faults{}, Covered{},
	Grade{}, Verdict{}, Trace{}, Traced{}, Shrink{}, Shrunk{}, Why{}, Doom{}, Differ{}, Differs{},
	Explore{}, Explored{}, Begin{}, Line{}, Said{}, List{}, Listed{})

func table(bodies ...any) map[string]reflect.Type {
	types := make(map[string]reflect.Type)
	for _, b := range bodies {
		types[reflect.TypeOf(b).Name()] = reflect.TypeOf(b)
	}
	return types
}
