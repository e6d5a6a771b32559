package debugger

import (
	"fmt"
	"strings"
	"time"

	"strata/harness/explain/shrink"
	"strata/harness/explain/witness"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// called is a call of a pool or an executor, at one node.
type called struct {
	*witness.Heard
	node network.Addr
	at   time.Duration
}

// Event says whose code is running from now on. Executors have no host, so calls of theirs are told by that.
func (p *Probes) Event(e sim.TraceEvent) {
	if e.Kind.Calls() {
		p.turn, p.now = e.Node, e.At
	}
}

// mostCalls is how many calls are kept.
const mostCalls = 10_000

// call notes a call.
func (p *Probes) call(h *witness.Heard) {
	p.calls = append(p.calls, &called{h, p.turn, p.now})
	if len(p.calls) > mostCalls {
		p.calls = p.calls[1:]
	}
}

// Ledger tells what the calls of the node's executor show of its chain: the accounts after the last that was valid, and
// the last call whole. Nothing if there was none.
func (p *Probes) Ledger(node network.Addr) (lines []string) {
	var last, valid *called
	for _, c := range p.calls {
		if c.node != node || c.Given == "" {
			continue
		}
		last = c
		if c.After != "" {
			valid = c
		}
	}
	if last == nil {
		return nil
	}
	if valid != nil {
		lines = append(lines, "accounts "+valid.After)
	}
	lines = append(lines, "last call of the executor, at "+shrink.Stamp(last.at))
	for _, part := range [][2]string{{"given ", last.Given}, {"call  ", last.Call}, {"answer", last.answer()}} {
		lines = append(lines, "  "+part[0]+"  "+strings.ReplaceAll(part[1], "\n", "\n    "))
	}
	return lines
}

// answer says what the call came to.
func (c *called) answer() string {
	if c.Answer == "" {
		return "it does not return"
	}
	return c.Answer
}

// Calls lists the last calls of pools and executors, or all with 0.
func (p *Probes) Calls(last int) string {
	from := 0
	if last > 0 {
		from = max(0, len(p.calls)-last)
	}
	var text strings.Builder
	for i, c := range p.calls[from:] {
		line := fmt.Sprintf("%s: %s", c.Call, c.answer())
		if strings.Contains(line, "\n") {
			line = fmt.Sprintf("%s\nanswer: %s", c.Call, c.answer())
		}
		fmt.Fprintf(&text, "%4d  %s  %s  %s\n", from+i+1, shrink.Stamp(c.at), scenario.Name(c.node),
			strings.ReplaceAll(line, "\n", "\n        "))
	}
	return strings.TrimSuffix(text.String(), "\n")
}
