package explore

import (
	"fmt"
	"strings"
	"time"

	"strata/harness/lab"
	"strata/harness/trace"
)

// Due is when the first possible event happens.
func (d *Session) Due() time.Duration {
	var now time.Duration
	for i := range d.e.nodes {
		now = max(now, time.Duration(d.e.locals[d.now().at[i]].clock))
	}
	if len(d.moves) > 0 && d.moves[0].timed() {
		now = max(now, time.Duration(d.e.locals[d.now().at[d.moves[0].node]].next))
	}
	return now
}

// Inspect tells of the nodes whose address contains the name.
func (d *Session) Inspect(name string) string {
	var texts []string
	for i := range d.e.nodes {
		if strings.Contains(string(d.e.names[i]), name) {
			texts = append(texts, d.inspect(i))
		}
	}
	return strings.Join(texts, "\n")
}

// shown is how the scenario describes the node.
func (d *Session) shown(index int) (texts []string) {
	w := d.e.replay(d.path)
	if w.nodes[index].host == nil || w.broken != nil {
		return nil
	}
	w.guard(func() *lab.Failure {
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
		fmt.Fprintf(&text, "  connection %s: %s, %d sent, %d arrived\n",
			e.connection(end.key), endStates[end.state], len(end.log), end.got)
	}
	for _, t := range l.timers {
		fmt.Fprintf(&text, "  timer %d at %v\n", t.number, time.Duration(t.at))
	}
	for i, ev := range e.events(l) {
		fmt.Fprintf(&text, "  %d. %s\n", i+1, e.next(move{event: ev, node: uint8(index)}))
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// connection names a connection by its other end.
func (e *engine) connection(key endKey) string {
	return trace.Connection(e.addr(key.peer()), key.number(), key.answers())
}
