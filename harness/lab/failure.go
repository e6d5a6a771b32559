package lab

import (
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/network"
	"strata/scenario"
)

// Ending says how a run ended that did not pass. The zero value is none of them.
type Ending uint8

// The endings. The last three are those of runs that take their process with them: it is the grader
// that notices.
const (
	Broke       Ending = iota + 1 // a rule that must always hold did not
	Unmet                         // what had to come true by a time had not
	Panicked                      // the nodes' code panicked
	Unwritten                     // the nodes' code came to a step that is not written yet
	Restless                      // the nodes never came to rest: callback after callback, without end
	Varied                        // a node did not do the same when the same happened to it again
	Unsound                       // the scenario cannot be run: the workshop's fault, not the nodes'
	Unrun                         // it was not run, or not with all seeds: its layer had used up its time
	Hung                          // a callback did not return
	OutOfMemory                   // the run used more memory than it may
	Died                          // the process ended in any other way
)

var endingNames = [...]string{
	Broke: "broke", Unmet: "unmet", Panicked: "panicked", Unwritten: "unwritten", Restless: "restless",
	Varied: "varied", Unsound: "unsound", Unrun: "unrun", Hung: "hung", OutOfMemory: "out of memory", Died: "died",
}

// String is the ending's name.
func (e Ending) String() string {
	if e > 0 && int(e) < len(endingNames) {
		return endingNames[e]
	}
	return fmt.Sprintf("ending %d", uint8(e))
}

// MarshalText is encoding.TextMarshaler's: the name.
func (e Ending) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is encoding.TextUnmarshaler's. The error names what is no ending.
func (e *Ending) UnmarshalText(text []byte) error {
	for i, name := range endingNames {
		if name != "" && name == string(text) {
			*e = Ending(i)
			return nil
		}
	}
	return fmt.Errorf("lab: %q is no ending of a run", text)
}

// Shrinks says whether a smaller run can be looked for that ends so: the run says by itself that it
// failed, and soon enough for it to be tried many times.
func (e Ending) Shrinks() bool { return e == Broke || e == Unmet || e == Panicked }

// Lost says whether a run that ends so takes its process with it.
func (e Ending) Lost() bool { return e == Hung || e == OutOfMemory || e == Died }

// Failure is why a run did not pass. There is no other type for that, from the check that did not hold
// to the report that tells it.
type Failure struct {
	Ending Ending
	Cause  Cause         `json:",omitempty"`
	Rule   string        `json:",omitempty"` // that is broken; empty unless Ending is Broke or Unmet
	Clause string        `json:",omitempty"` // the words of the rule that are broken
	Text   string        // what was expected and what happened instead
	At     time.Duration // virtual time from the start
	Frame  string        `json:",omitempty"` // first "file:line" of a layer's own code on the stack; empty: unknown
	Step   string        `json:",omitempty"` // of Unwritten
	Stack  string        `json:",omitempty"` // of a panic, or of a run that took its process with it
}

// Same says whether two runs failed alike: by the same words of a rule, or by a panic at the same line. Times and
// words may differ. A run that passed is like no other.
func (f *Failure) Same(other *Failure) bool {
	return f != nil && other != nil && f.Ending == other.Ending && f.Rule == other.Rule && f.Clause == other.Clause &&
		(f.Ending != Panicked || f.Frame == other.Frame)
}

// String is the failure on one line, but for what its text has below the first.
func (f *Failure) String() string {
	text := f.Text
	if f.Rule != "" {
		text = f.Rule + ": " + text
	}
	return text
}

// NewFailure is a failure of no rule that is noticed now: its frame is that of the layer's code that called,
// if any did.
func NewFailure(ending Ending, at time.Duration, text string) *Failure {
	return &Failure{Ending: ending, Text: bounded(text), At: at, Frame: Frame(string(debug.Stack()))}
}

// Breach is the failure of a check, which breaks a promise. It has no frame: what is noticed afterwards is
// not where it was done. A check without a clause is a slip of its suite, and fails nobody.
func Breach(ending Ending, at time.Duration, c scenario.Clause, text string) *Failure {
	if c.Rule() == "" {
		return &Failure{Ending: Unsound, Text: bounded("a check names no promise: " + text), At: at}
	}
	return &Failure{Ending: ending, Rule: c.Rule(), Clause: c.Words(), Text: bounded(text), At: at}
}

// NewPanic is the failure of a panic of a node's code, with the stack on which it was caught.
func NewPanic(at time.Duration, value any, stack string) *Failure {
	f := &Failure{Ending: Panicked, Cause: causeOf(value), Text: bounded(fmt.Sprintf("panic: %v", value)), At: at,
		Frame: Frame(stack), Stack: stack}
	if foreign, ok := value.(interface{ Where() string }); ok { // of a layer in another process
		f.Frame = foreign.Where()
	}
	if step, ok := value.(network.NotWritten); ok {
		if _, known := steps.Find(string(step)); known { // else it is a word of the node's code, as any panic
			f.Ending, f.Step, f.Text = Unwritten, string(step), step.Error()
		}
	}
	return f
}

// bounded keeps a text that a node's code may have made to a length that can be shown.
func bounded(text string) string {
	const most = 16 << 10
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + " ..."
	}
	return text
}
