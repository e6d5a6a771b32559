package debugger

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"strata/harness/trace"
)

// mostEvents is after how many events a run command stops in any case.
const mostEvents = 200_000

// runUntil lets first possible events happen until the next one is what was asked for.
func (c *Console) runUntil(words []string) string {
	until, err := c.stop(words)
	if err != nil {
		return err.Error()
	}
	for n := 0; ; n++ {
		next := c.run.Next()
		if len(next) == 0 {
			return fmt.Sprintf("%d events%s\n%s", n, c.logs(), c.verdict())
		}
		if n > mostEvents || n > 0 && until(next[0]) {
			return fmt.Sprintf("%d events%s\n%s", n, c.logs(), c.after())
		}
		c.take(0)
	}
}

// wants says what run can be asked for.
const wants = "run wants node NAME, kind WORD, time T, violation or end"

// stop is the condition that the words name.
func (c *Console) stop(words []string) (until func(next trace.Next) bool, err error) {
	if len(words) == 1 && (words[0] == "end" || words[0] == "violation") {
		return func(trace.Next) bool { return false }, nil
	}
	if len(words) < 2 {
		return nil, errors.New(wants)
	}
	what := strings.Join(words[1:], " ")
	switch words[0] {
	case "node":
		return func(next trace.Next) bool { return strings.Contains(string(next.Node), what) }, nil
	case "kind":
		return func(next trace.Next) bool { return strings.Contains(next.String(), what) }, nil
	case "time":
		t, err := time.ParseDuration(what)
		if err != nil {
			return nil, fmt.Errorf("%q is no time, such as 2s or 500ms", what)
		}
		return func(trace.Next) bool { return c.run.Due() >= t }, nil
	}
	return nil, fmt.Errorf(wants+", not %q", words[0])
}
