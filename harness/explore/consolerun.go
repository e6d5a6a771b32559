package explore

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// run lets first possible events happen until the next one is what was asked for.
func (c *Console) run(words []string) string {
	until, err := c.stop(words)
	if err != nil {
		return err.Error()
	}
	from := len(c.session.path)
	for {
		choices := c.session.Choices()
		if len(choices) == 0 {
			return fmt.Sprintf("%d events\n%s", len(c.session.path)-from, c.verdict())
		}
		if len(c.session.path)-from > maxEvents || len(c.session.path) > from && until(choices[0]) {
			return fmt.Sprintf("%d events\n%s", len(c.session.path)-from, c.after())
		}
		c.session.Choose(0)
	}
}

// stop is the condition that the words name.
func (c *Console) stop(words []string) (until func(next string) bool, err error) {
	if len(words) == 1 && words[0] == "end" {
		return func(string) bool { return false }, nil
	}
	if len(words) < 2 {
		return nil, fmt.Errorf("run wants node NAME, kind WORD, time T or end")
	}
	what := strings.Join(words[1:], " ")
	switch words[0] {
	case "node":
		return func(next string) bool {
			node, _, _ := strings.Cut(next, " ")
			return strings.Contains(node, what)
		}, nil
	case "kind":
		return func(next string) bool { return strings.Contains(next, what) }, nil
	case "time":
		t, err := time.ParseDuration(what)
		if err != nil {
			return nil, fmt.Errorf("%q is no time, such as 2s or 500ms", what)
		}
		return func(string) bool { return c.session.due() >= t }, nil
	}
	return nil, fmt.Errorf("run wants node NAME, kind WORD, time T or end, not %q", words[0])
}

// due is when the first possible event happens.
func (d *Session) due() time.Duration {
	var now time.Duration
	for i := range d.e.nodes {
		now = max(now, time.Duration(d.e.locals[d.now().at[i]].clock))
	}
	if len(d.choices) > 0 && d.choices[0].timed() {
		now = max(now, time.Duration(d.e.locals[d.now().at[d.choices[0].node]].next))
	}
	return now
}

// trace is the end of the timeline.
func (c *Console) trace(last int) string {
	var text strings.Builder
	if err := c.session.Timeline().Render(&text, last); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// inspect tells of the nodes whose address contains the name.
func (c *Console) inspect(name string) string {
	var texts []string
	for i := range c.session.e.nodes {
		if strings.Contains(string(c.session.e.names[i]), name) {
			texts = append(texts, c.session.inspect(i))
		}
	}
	if len(texts) == 0 {
		return fmt.Sprintf("no node's address contains %q", name)
	}
	return strings.Join(texts, "\n")
}

// shown is how the scenario describes the node.
func (d *Session) shown(index int) (texts []string) {
	w := d.e.replay(d.path)
	if w.nodes[index].host == nil || w.broken != nil {
		return nil
	}
	w.guard(func() *failure {
		for _, show := range w.nodes[index].shows {
			texts = append(texts, show())
		}
		return nil
	})
	return texts
}

var endStates = [...]string{"closed", "dialling", "open"}

// inspect tells of one node.
func (d *Session) inspect(index int) string {
	e, l := d.e, d.e.locals[d.now().at[index]]
	var text strings.Builder
	fmt.Fprintf(&text, "%s at %v, crashed %d times\n", e.names[index], time.Duration(l.clock), l.crashes)
	for _, show := range d.shown(index) {
		fmt.Fprintf(&text, "  %s\n", show)
	}
	for i := range l.ends {
		end := &l.ends[i]
		fmt.Fprintf(&text, "  connection %s: %s, %d sent, %d arrived\n", e.connection(end.key), endStates[end.state], len(end.log), end.got)
	}
	for _, t := range l.timers {
		fmt.Fprintf(&text, "  timer %d at %v\n", t.number, time.Duration(t.at))
	}
	for i, ev := range e.events(l) {
		fmt.Fprintf(&text, "  %d. %s\n", i+1, e.describe(choice{event: ev, node: uint8(index)}))
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// FormatSchedule writes a schedule as text. Zeros at the end, the first choices, are left out.
func FormatSchedule(schedule []int) string {
	for len(schedule) > 0 && schedule[len(schedule)-1] == 0 {
		schedule = schedule[:len(schedule)-1]
	}
	texts := make([]string, len(schedule))
	for i, n := range schedule {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}

// ParseSchedule is FormatSchedule the other way round. The error says what is no number.
func ParseSchedule(text string) ([]int, error) {
	schedule := []int{}
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("explore: schedule: %q is no number", part)
		}
		schedule = append(schedule, n)
	}
	return schedule, nil
}
