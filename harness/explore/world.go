package explore

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// world is the scenario.World in which nodes run: one after its scenario's Setup.
type world struct {
	e       *engine
	rand    *rand.Rand
	nodes   []*node
	work    [maxNodes][]job // of each node, in order of time
	checks  []check         // Always
	by      []check
	perNode [maxNodes][]check // Ends
	faults  int
	twins   bool
	broken  *lab.Failure
	over    bool // nothing more happens: it is the end of the scenario
	trace   func(sim.TraceEvent)
	gone    *bool // nobody looks at it any longer; shared with those who must not hold on to it
}

// job is one item of work.
type job struct {
	at   time.Duration
	node network.Addr
	what string
	do   func()
}

type check struct {
	clause scenario.Clause
	check  func() error
}

// newWorld lets the scenario fill a world. Nothing has happened in it.
func (e *engine) newWorld() *world {
	w := &world{e: e, rand: rand.New(rand.NewPCG(e.opt.Seed, 0x6578706c6f7265)), gone: new(bool)}
	e.jobs = e.jobs[:0]
	e.scenario.Setup(w)
	for _, j := range e.jobs {
		if n := w.at(j.node); n != nil {
			w.work[n.index] = append(w.work[n.index], j)
		}
	}
	for i := range w.work {
		slices.SortStableFunc(w.work[i], func(a, b job) int { return cmp.Compare(a.at, b.at) })
	}
	return w
}

func (w *world) at(a network.Addr) *node {
	for _, n := range w.nodes {
		if n.addr == a {
			return n
		}
	}
	return nil
}

// Rand is scenario.World's, as are the following.
func (w *world) Rand() *rand.Rand { return w.rand }

func (w *world) Addr(n int) network.Addr { return scenario.Addr(n) }

func (w *world) Node(addr network.Addr, boot func(h network.Host)) {
	w.nodes = append(w.nodes, &node{w: w, index: len(w.nodes), addr: addr, boot: boot})
}

// Twin is noted: a scenario with twins is not explored.
func (w *world) Twin(_, at network.Addr, boot func(h network.Host)) {
	w.twins = true
	w.Node(at, boot)
}

func (w *world) At(t time.Duration, node network.Addr, what string, do func()) {
	w.e.jobs = append(w.e.jobs, job{t, node, what, do})
}

func (w *world) Inject(scenario.Fault) { w.faults++ }

func (w *world) Now() time.Duration {
	if w.over {
		return w.e.scenario.For
	}
	var now time.Duration
	for _, n := range w.nodes {
		now = max(now, n.now())
	}
	return now
}

func (n *node) now() time.Duration { return time.Duration(n.clock) }

func (w *world) Fail(c scenario.Clause, format string, args ...any) {
	if w.broken == nil {
		w.broken = lab.Breach(lab.Broke, w.Now(), c, fmt.Sprintf(format, args...))
		w.broken.Frame = lab.Frame(string(debug.Stack()))
	}
}

func (w *world) Always(c scenario.Clause, f func() error) { w.checks = append(w.checks, check{c, f}) }

func (w *world) By(_ time.Duration, c scenario.Clause, f func() error) {
	w.by = append(w.by, check{c, f})
}

// AtEnd is what By is: there is no time at which it could be asked before the end.
func (w *world) AtEnd(c scenario.Clause, f func() error) { w.by = append(w.by, check{c, f}) }

// Sometimes counts nothing: every order is looked at.
func (w *world) Sometimes(string) func(bool) { return func(bool) {} }

func (w *world) Ends(node network.Addr, c scenario.Clause, f func() error) {
	n := w.at(node)
	if n == nil {
		panic(fmt.Sprintf("explore: Ends of %s, which is no node yet", node))
	}
	w.perNode[n.index] = append(w.perNode[n.index], check{c, f})
}

func (w *world) Show(node network.Addr, describe func() string) {
	if n := w.at(node); n != nil {
		n.shows = append(n.shows, describe)
	}
}

func (w *world) Usage(node network.Addr) scenario.Usage {
	n := w.at(node)
	if n == nil || n.host == nil {
		return scenario.Usage{}
	}
	u := scenario.Usage{Timers: len(n.timers)}
	if n.host.accept != nil {
		u.Listeners = 1
	}
	for _, s := range n.streams {
		switch s.state {
		case open:
			u.Streams++
		case dialing:
			u.Dials++
		}
	}
	return u
}

func (w *world) Key(addr network.Addr) network.PublicKey {
	return sim.Identity(w.e.opt.Seed, addr).Key()
}

// Wiped says no: nodes that crash in an exploration keep their disks.
func (w *world) Wiped(network.Addr) bool { return false }

// step has the event happen to the node. A panic of its code is a result like any other. It says
// whether the event could happen.
func (w *world) step(index int, e event) (could bool) {
	defer func() {
		if value := recover(); value != nil {
			w.broken = lab.NewPanic(w.Now(), value, string(debug.Stack()))
			could = true
		}
	}()
	return w.nodes[index].happen(e)
}

// run is step, and returns what there is to know of the node afterwards; nil if the event could not
// happen.
func (w *world) run(index int, e event) *local {
	if !w.step(index, e) {
		return nil
	}
	if w.broken == nil {
		w.broken = w.nodes[index].untouched() // where events are only replayed it was looked at before
	}
	l := w.nodes[index].snapshot()
	if l.broken = w.broken; l.broken == nil && len(w.perNode[index]) > 0 {
		l.unmet = w.guard(func() *lab.Failure { return w.first(lab.Unmet, w.perNode[index]) })
	}
	return l
}

// guard returns what check returns, or the panic that it ends with.
func (w *world) guard(check func() *lab.Failure) (broken *lab.Failure) {
	defer func() {
		if value := recover(); value != nil {
			broken = lab.NewPanic(w.Now(), value, string(debug.Stack()))
		}
	}()
	return check()
}

// first is the first of the checks that fails, and how a run ends where it does.
func (w *world) first(ending lab.Ending, checks []check) *lab.Failure {
	for _, c := range checks {
		if err := c.check(); err != nil {
			return lab.Breach(ending, w.Now(), c.clause, err.Error())
		}
	}
	return nil
}

// verdict is what is wrong in the world as it is.
func (w *world) verdict() *lab.Failure {
	if w.broken == nil {
		w.broken = w.guard(func() *lab.Failure { return w.first(lab.Broke, w.checks) })
	}
	return w.broken
}

// atEnd is what is wrong if nothing more happens.
func (w *world) atEnd() *lab.Failure {
	w.over = true
	if w.verdict() != nil {
		return w.broken
	}
	return w.guard(func() *lab.Failure {
		broken := w.first(lab.Unmet, w.by)
		for i := 0; i < len(w.nodes) && broken == nil; i++ {
			broken = w.first(lab.Unmet, w.perNode[i])
		}
		return broken
	})
}
