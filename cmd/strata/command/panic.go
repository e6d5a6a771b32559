package command

import (
	"fmt"
	"path/filepath"
	"strings"

	"strata/harness/grade/report"
	"strata/harness/lab"
	"strata/node/process/tcphost"
)

// mostCalls is how many calls of a stack are shown: a recursion has many.
const mostCalls = 10

// studentsPanic says of a panic where in the layers of the stack it was, and leaves out what is not
// theirs: the loop, the runtime. A panic that no layer has a part in is shown in full.
func studentsPanic(stack string, p *tcphost.PanicError) error {
	calls := lab.Calls(string(p.Stack))
	if len(calls) == 0 {
		return verbatim(fmt.Sprintf("strata: panic: %v\n%s", p.Value, p.Stack))
	}
	at := func(c lab.Call) string {
		if rest, ok := strings.CutPrefix(filepath.ToSlash(c.At), "exercises/"); ok {
			return filepath.Join(stack, filepath.FromSlash(rest))
		}
		return c.At
	}
	var text strings.Builder
	fmt.Fprintf(&text, "strata: panic in the layers of %s: %v\n", stack, p.Value)
	fmt.Fprintf(&text, "    where     %s\n", at(calls[0]))
	name := "calls"
	for _, c := range calls[:min(mostCalls, len(calls))] {
		fmt.Fprintf(&text, "    %-9s %s\n              %s\n", name, c.Func, at(c))
		name = ""
	}
	if more := len(calls) - mostCalls; more > 0 {
		fmt.Fprintf(&text, "              and %d more\n", more)
	}
	layer := strings.Split(filepath.ToSlash(calls[0].At), "/")[1]
	fmt.Fprintf(&text, "The grader finds the smallest run that does it: strata grade --layer %s", layer)
	if stack != stackExercises {
		fmt.Fprintf(&text, " %s", report.ShellWord(stack))
	}
	return verbatim(text.String())
}
