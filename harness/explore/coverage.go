package explore

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"strata/scenario"
)

// Coverage says what an exploration looked at.
type Coverage struct {
	Complete bool    // every order was looked at
	States   int     // different global states
	Steps    int     // ways from one to another that were looked at
	Orders   float64 // complete ones; exact below 2^53
	Ends     int     // different states in which nothing more happens
	Depth    int     // events of the longest orders
	Prefix   int     // events that came first in every order: the nodes get ready
	Walks    int     // random orders that were followed to their ends when the budget was used up
	Nodes    int
	Harsh    bool // more failed than the scenario allows for: what must hold in the end was not checked
	Budget   scenario.Budget

	// The most of each in one order, after the prefix.
	Messages, Timers, Work, Crashes, Resets int
}

// count notes what a complete order consists of.
func (c *Coverage) count(path []move) {
	var messages, timers, work, crashes, resets int
	for _, e := range path[min(c.Prefix, len(path)):] {
		switch e.kind {
		case evItem, evRefuse:
			messages++
		case evTimer:
			timers++
		case evWork:
			work++
		case evCrash:
			crashes++
		case evReset:
			resets++
		}
	}
	c.Messages, c.Timers, c.Work = max(c.Messages, messages), max(c.Timers, timers), max(c.Work, work)
	c.Crashes, c.Resets = max(c.Crashes, crashes), max(c.Resets, resets)
}

// String says in plain words what was covered.
func (c Coverage) String() string {
	text := c.covered()
	if c.Harsh {
		text += ". With more faults than the scenario allows for, only what must hold at any time was checked, " +
			"not what must hold in the end"
	}
	return text
}

func (c Coverage) covered() string {
	if c.Complete {
		what := c.happens()
		if faults := c.fails(); faults != "" {
			what += ", " + faults + ","
		}
		return fmt.Sprintf("all %s orders of %s at %s: %s states",
			number(c.Orders), what, many(c.Nodes, "node"), number(float64(c.States)))
	}
	text := fmt.Sprintf("every order of the first %s", many(max(0, c.Depth-c.Prefix), "event"))
	if c.Walks > 0 {
		text += fmt.Sprintf(" and %s to the end, of %s", many(c.Walks, "random order"), c.happens())
		if faults := c.fails(); faults != "" {
			text += ", " + faults
		}
	}
	return text + fmt.Sprintf(", at %s: %s states", many(c.Nodes, "node"), number(float64(c.States)))
}

// happens counts what happens in an order.
func (c Coverage) happens() string {
	return listed(counted{c.Messages, "arrival"}, counted{c.Timers, "timer"}, counted{c.Work, "action"})
}

// fails counts what fails in it; empty if nothing does.
func (c Coverage) fails() string {
	faults := listed(counted{c.Budget.Crashes, "crash"}, counted{c.Budget.Resets, "failing connection"})
	if faults == "" {
		return ""
	}
	return "with up to " + faults
}

// counted is so many of something.
type counted struct {
	n    int
	what string
}

// listed joins what there is any of: "2 arrivals, 1 timer and 3 actions".
func listed(all ...counted) string {
	var parts []string
	for _, c := range all {
		if c.n > 0 {
			parts = append(parts, many(c.n, c.what))
		}
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
	return strings.Join(parts, "")
}

// plurals are those that do not only add an s.
var plurals = map[string]string{"crash": "crashes"}

// many is a count with its noun.
func many(n int, what string) string {
	if n != 1 {
		what = cmp.Or(plurals[what], what+"s")
	}
	return number(float64(n)) + " " + what
}

// number writes thousands apart; what is too large to be counted exactly is rounded.
func number(f float64) string {
	if f >= 1<<53 {
		return "about 10^" + strconv.Itoa(int(math.Round(math.Log10(f))))
	}
	digits := strconv.FormatFloat(f, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
