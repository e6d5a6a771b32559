// Package scenario says what a check is: a situation that nodes are put into, the world that they
// live in, the faults that strike them, and what must hold.
//
//	suites     <layer>/<layer>test, node/nodetest: lists of Scenario values, made by New
//	  |  Setup(World)
//	  v
//	World      nodes, work, faults, checks
//	  |  implemented by harness/lab (simulated and TCP) and harness/explore (every order)
//	  v
//	verdicts
//
// A suite is a list of scenarios, and a scenario is a value: it builds nodes in a World, schedules
// work for them and says what must hold. The harness runs the same list on the simulated network
// to grade a student, over many seeds and with faults, and on loopback TCP to prove the host.
//
// This package knows the contract of layer 1 alone, so that the suite of every layer can use it.
package scenario

import (
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// Scenario is one situation in which a step of the exercises must hold its rules.
type Scenario struct {
	Name     string        // unique, "layer/what-happens"
	Title    string        // the promise as a student reads it: one sentence, with a capital letter and a full stop
	Step     string        // the step that it grades, such as "gossip.2"; empty: none, it is a workload
	Rules    []string      // the rules of docs/protocol.md that it proves
	For      time.Duration // virtual time that a run takes
	Faults   Faults        // drawn again for each seed; the zero value has none
	RealTime bool          // it also holds on loopback TCP: short, without faults, no exact times
	Explore  Budget        // its orders are explored this far, instead of drawn by seeds
	Provided bool          // it proves what the workshop provides, and is no part of a student's grade

	// Setup builds the nodes, schedules the work and registers the checks. Then the world runs.
	Setup func(w World) `json:"-"`
}

// New returns the scenario, once it has found it well formed. It panics with all that is wrong, for that
// is a slip of the suite: a suite is built before anything runs.
func New(s Scenario) Scenario {
	if err := s.wrong(); err != nil {
		panic(fmt.Sprintf("scenario: %q: %v", s.Name, err))
	}
	return s
}

// wrong says what is wrong with the scenario, or nil.
func (s Scenario) wrong() error {
	var slips []error
	refuse := func(slip bool, format string, args ...any) {
		if slip {
			slips = append(slips, fmt.Errorf(format, args...))
		}
	}
	first, _ := utf8.DecodeRuneInString(s.Title)
	last, _ := utf8.DecodeLastRuneInString(s.Title)
	refuse(!isName(s.Name), "a name is layer/what-happens, in small letters")
	refuse(!unicode.IsUpper(first) || last != '.', "the title %q is no sentence with a capital letter and a full stop",
		s.Title)
	refuse(s.Step != "" && !isStep(s.Step), "%q is no step", s.Step)
	refuse(len(s.Rules) == 0, "it proves no rule")
	for _, rule := range s.Rules {
		refuse(!isRule(rule), "%q is no rule", rule)
	}
	refuse(s.For <= 0, "it takes no time")
	refuse(s.Setup == nil, "it has no Setup")
	refuse(s.RealTime && s.Faults.Any(), "there are no faults in real time")
	refuse(s.Faults.Until > s.For, "faults go on until %v, and the scenario ends at %v", s.Faults.Until, s.For)
	return errors.Join(slips...)
}
