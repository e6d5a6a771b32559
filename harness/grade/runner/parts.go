package runner

import (
	"slices"

	extra "strata/harness/course/extra" // an instructor's package may have another name
	"strata/harness/course/steps"
	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/ledgers/electives"
	"strata/scenario"
)

// Parts are what a child is made of. It is linked at each save of a layer: what is not needed for that layer is left
// out.
type Parts struct {
	Layer  string          // whose scenarios alone can be run; empty: those of all
	Theirs electives.Stack // the student's layers, unless they are apart
	Ours   electives.Stack // the reference: all that a scenario needs
	Suites func(electives.Stack) []scenario.Scenario

	Apart func(pipe.Hello) (*Apart, error) // finds layers that are not built in, as apart.Open does; nil: there are none
}

// Apart is layers that are not built into the child.
type Apart struct {
	Stack   electives.Stack   // has them called where they are
	Reset   func()            // forgets a run when it is over
	Order   func(seed uint64) // decides on the order of maps; nil: nobody does
	Process Process           // that has the layers; nil: none has
	Kept    int               // nodes that an exploration keeps, each with its memory
}

// Process is another process that has the layers.
type Process interface {
	PID() int // 0: it does not run
	Kill()
}

// all lists the scenarios that the child has, and those that an instructor has added.
func (p Parts) all(stack electives.Stack) []scenario.Scenario {
	return append(p.suites(stack), extras(stack)...)
}

// suites lists the scenarios of the workshop that the child has.
func (p Parts) suites(stack electives.Stack) []scenario.Scenario {
	if stack.Verifier == nil {
		stack.Verifier = lab.Verdicts
	}
	return slices.DeleteFunc(p.Suites(stack), func(s scenario.Scenario) bool {
		return p.Layer != "" && steps.LayerOf(s.Step) != p.Layer
	})
}

// extras lists the scenarios that an instructor has added.
func extras(stack electives.Stack) []scenario.Scenario {
	if stack.Verifier == nil {
		stack.Verifier = lab.Verdicts // as suites.All has it
	}
	return extra.Suite(stack)
}
