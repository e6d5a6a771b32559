package explore

import (
	"fmt"
	"slices"
	"time"

	"strata/harness/lab"
)

// replay makes the moves in a new world, with all nodes.
func (e *engine) replay(path []move) *world {
	w := e.newWorld()
	w.follow(path)
	return w
}

// drop says that nobody looks at the world any longer.
func (w *world) drop() { *w.gone = true }

func (w *world) follow(path []move) {
	for _, m := range path {
		w.e.count()
		if !w.step(int(m.node), m.event) {
			w.broken = w.e.varies(int(m.node), w.Now())
		}
		if w.broken != nil {
			return
		}
	}
}

// verdict is what is wrong after the path.
func (e *engine) verdict(path []move) *lab.Failure {
	w := e.replay(path)
	defer w.drop()
	return w.verdict()
}

// atEnd is what is wrong if nothing more happens after the path to the state.
func (e *engine) atEnd(s *state, path []move) *lab.Failure {
	if e.harsh {
		return nil
	}
	for i := range e.nodes {
		if unmet := e.locals[s.at[i]].unmet; unmet != nil {
			return unmet
		}
	}
	if !e.by && !e.always {
		return nil
	}
	w := e.replay(path)
	defer w.drop()
	if w.broken == nil {
		for i, n := range w.nodes {
			if !n.snapshot().same(e.locals[s.at[i]]) {
				return e.varies(i, w.Now())
			}
		}
	}
	return w.atEnd()
}

// varies is the failure of a node that does not do the same when the same happens to it.
func (e *engine) varies(index int, at time.Duration) *lab.Failure {
	return &lab.Failure{Ending: lab.Varied, At: at,
		Text: fmt.Sprintf("%s does not do the same when the same happens to it again: "+
			"its order comes from a map, or it keeps something in a global variable", e.addr(index))}
}

// maxEvents is after how many events an order counts as one without end.
const maxEvents = 5_000

func endless() *lab.Failure {
	return &lab.Failure{Ending: lab.Restless,
		Text: fmt.Sprintf("the nodes never come to rest: more than %d events in one order", maxEvents)}
}

// schedule says which of the possible events came, in each state of the path.
func (e *engine) schedule(path []move) []int {
	var schedule []int
	s := e.root()
	var buf []move
	for _, m := range path {
		buf = e.enabled(&s, buf)
		schedule = append(schedule, slices.Index(buf, m))
		to, known := e.locals[s.at[m.node]].after(m.event)
		if !known {
			break
		}
		s = s.follow(m, to)
	}
	return schedule
}

// show runs the path once more and tells what happens.
func (e *engine) show(path []move) {
	w := e.newWorld()
	w.trace = e.opt.Trace
	w.follow(path)
}
