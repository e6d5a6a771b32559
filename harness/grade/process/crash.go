package process

import (
	"fmt"
	"strings"
	"time"

	"strata/harness/grade/pipe"
	"strata/harness/lab"
	"strata/harness/sandbox"
)

// Crash is the end of a child before it has answered.
type Crash struct {
	Failure *lab.Failure // of the run that took the child with it; its Ending is Lost, or Unrun
	Seed    uint64       // of that run; 0: the child was at none
	Early   bool         // the child was never ready
	Printed string       // by it, last: words of the student's, which may say anything
}

// Error is the crash in one line.
func (c *Crash) Error() string { return "grade: " + c.Failure.Text }

func newCrash(how lab.Ending, text, stack string) *Crash {
	return &Crash{Failure: &lab.Failure{Ending: how, Text: text, Frame: lab.Frame(stack), Stack: stack}}
}

func noEnd(timeout time.Duration) string {
	return fmt.Sprintf("no end: a callback, or callbacks that call each other at once, went on for more than %v of "+
		"processor time", timeout)
}

// gaveUp is the crash of a child whose own watchdog ended it.
func (c *child) gaveUp(end pipe.End, timeout time.Duration) *Crash {
	c.kill(lab.Hung, "") // it is about to go by itself
	crash := newCrash(lab.Hung, noEnd(timeout), end.Stack)
	if end.Limit == pipe.Memory {
		crash = newCrash(lab.OutOfMemory, fmt.Sprintf("out of memory: more than %d MiB in one run",
			c.limits.Memory>>20), end.Stack)
	}
	if end.Limit == pipe.Whole {
		crash = newCrash(lab.Unrun,
			"cut short: the checks of its layer have used up the processor time that they have together", end.Stack)
	}
	crash.Seed = end.Seed
	return crash
}

// lastWords are what Go's runtime writes when it ends a process, and what they mean.
var lastWords = []struct {
	words string
	how   lab.Ending
	cause lab.Cause
	means string
}{
	{"stack overflow", lab.Died, lab.DeepStack, "stack overflow: a recursion without end"},
	{"stack exceeds", lab.Died, lab.DeepStack, "stack overflow: a recursion without end"},
	{"out of memory", lab.OutOfMemory, 0, "out of memory"},
	{"cannot allocate memory", lab.OutOfMemory, 0, "out of memory"},
	{"makeslice: len out of range", lab.OutOfMemory, lab.SliceLength, "out of memory: a slice of impossible size"},
}

// postMortem is the crash of a child that ended by itself, with the runtime's last words in plain ones.
func postMortem(words, stack string, end sandbox.End) *Crash {
	if end.Cause == sandbox.OutOfMemory {
		return newCrash(lab.OutOfMemory, "out of memory", stack)
	}
	for _, known := range lastWords {
		if strings.Contains(words, known.words) {
			crash := newCrash(known.how, known.means, stack)
			crash.Failure.Cause = known.cause
			return crash
		}
	}
	for line := range strings.SplitSeq(words, "\n") {
		if strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "panic: ") {
			return newCrash(lab.Died, line, stack)
		}
	}
	return newCrash(lab.Died, "the process ended: "+end.String(), stack)
}

// lastLine is what the runtime wrote before the stack: of a fatal error it writes the first line to
// standard error alone, the stack to both. What stands there right before a stack that came on its own
// descriptor is the runtime's, for no code of the student's runs in between.
func lastLine(printed, stack string) string {
	before, ended := strings.CutSuffix(printed, stack)
	if stack == "" || !ended {
		return ""
	}
	before = strings.TrimRight(before, "\n")
	return before[strings.LastIndexByte(before, '\n')+1:]
}
