package lab

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/scenario"
)

// simWorld is the World of one simulated run.
type simWorld struct {
	scenario scenario.Scenario
	opt      Options
	net      *sim.Net
	rand     *rand.Rand
	nodes    []network.Addr
	work     []item
	faults   []scenario.Fault
	events   int
	checks   checks
	choices  choices
	absent   map[network.Addr]bool // left out
	swarm    scenario.Faults       // of the scenario's, what the seed draws
	met      map[string]bool       // states that the scenario is for

	twins     int                           // pairs
	asked     int                           // how often there was anything to decide,
	reordered int                           // and how often not as time would have
	stepped   bool                          // the run is taken event by event, see Session
	hosts     map[network.Addr]network.Host // of each node's current life
	shows     []shown
}

// item is one item of work.
type item struct {
	at   time.Duration
	node network.Addr
	what string
	do   func()
}

// run builds the world and runs it to the end of the scenario or to the first failure.
func (w *simWorld) run() {
	defer w.guard()
	if err := w.build(); err != nil {
		w.checks.unsound(err.Error())
		return
	}
	for _, t := range w.checks.deadlines(w.scenario.For) {
		if w.checks.failed != nil {
			return
		}
		w.net.Run(t)
		w.checks.due(t)
	}
	w.untouched()
}

// guard makes a failure of a panic; it is deferred.
func (w *simWorld) guard() {
	if value := recover(); value != nil {
		w.checks.fail(NewPanic(w.Now(), value, string(debug.Stack())))
	}
}

// untouched checks that nobody has modified what was handed over (NET-12).
func (w *simWorld) untouched() {
	if broken := w.net.Violations(); len(broken) > 0 && w.checks.failed == nil {
		w.checks.broke(w.Now(), scenario.NET12Same, broken[0])
	}
}

// build makes the network, lets the scenario fill it and adds the faults that the seed draws.
func (w *simWorld) build() error {
	net, err := sim.New(w.config())
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	w.net = net
	w.rand = rand.New(rand.NewPCG(w.opt.Seed, 0x7363656e6172696f))
	w.scenario.Setup(w)
	for _, item := range w.work {
		if w.absent[item.node] {
			continue
		}
		w.net.Work(item.at, item.node, item.what, item.do)
	}
	drawn := draw(w.swarm, w.opt.Seed, w.nodes)
	w.inject(w.choices.faults("", redraw(drawn, w.swarm, w.opt.Rekey, w.nodes)...)...)
	if w.opt.Injected != nil {
		w.opt.Injected(w.faults)
	}
	return nil
}

// config is the network's, with what the seed draws and what is left out of it.
func (w *simWorld) config() sim.Config {
	w.choices.without = w.opt.Without
	w.swarm = swarm(w.scenario.Faults, w.opt.Seed)
	conditions := w.choices.conditions(w.swarm)
	cfg := sim.Config{
		Seed:          w.opt.Seed,
		Engine:        w.opt.Engine,
		Workers:       w.opt.Workers,
		Jitter:        conditions.Jitter,
		Fragment:      conditions.Fragment,
		CheckPayloads: true,
		Rekey:         w.opt.Rekey,
		Trace:         w.opt.Trace,
	}
	if w.opt.Engine == sim.TotalOrder {
		cfg.AfterEvent = w.afterEvent
	}
	cfg.Order = w.priorities(conditions)
	if cfg.Order != nil {
		cfg.Jitter = 0
	} else if w.stepped {
		cfg.Order = &sim.Order{}
	}
	return cfg
}

func (w *simWorld) afterEvent() {
	if w.checks.failed != nil {
		return
	}
	w.events++
	if w.events > w.opt.MaxEvents {
		w.checks.fail(NewFailure(Restless, w.Now(),
			fmt.Sprintf("the nodes never come to rest: %d callbacks within %v of virtual time", w.events, w.Now())))
	}
	w.checks.poll(w.Now())
	if w.checks.failed != nil {
		w.net.Halt()
	}
}

func (w *simWorld) result() Result {
	r := Result{Scenario: w.scenario.Name, Seed: w.opt.Seed, Failure: w.checks.failed, Met: w.met}
	if w.net != nil {
		stats := w.net.Stats()
		r.Hash, r.Events = w.net.Hash(), stats.Deliveries
		r.Injected, r.Fired = injected(w.swarm, w.faults), fired(stats)
		if w.twins > 0 {
			r.Injected["twin"], r.Fired["twin"] = w.twins, int(stats.Twins)
		}
		if w.asked > 0 {
			r.Injected[KeyOrder], r.Fired[KeyOrder] = 1, w.reordered
		}
	}
	if r.Failed() {
		r.Faults = describe(w.faults)
	}
	return r
}

func (w *simWorld) Rand() *rand.Rand { return w.rand }

func (w *simWorld) Addr(n int) network.Addr {
	return scenario.Addr(n)
}

func (w *simWorld) Node(addr network.Addr, boot func(network.Host)) {
	if !slices.Contains(w.nodes, addr) {
		w.nodes = append(w.nodes, addr)
	}
	if !w.choices.node(addr) {
		if w.absent == nil {
			w.absent = make(map[network.Addr]bool)
		}
		w.absent[addr] = true
		return
	}
	w.net.Node(addr, func(h network.Host) {
		if w.hosts == nil {
			w.hosts = make(map[network.Addr]network.Host)
		}
		w.hosts[addr] = h
		boot(h)
	})
}

func (w *simWorld) Twin(of, at network.Addr, boot func(network.Host)) {
	w.Node(at, boot)
	if !w.absent[at] && !w.absent[of] {
		w.net.Twin(of, at)
		w.twins++
	}
	w.nodes = slices.DeleteFunc(w.nodes, func(a network.Addr) bool { return a == at }) // no fault is drawn for it
}

// shown is how a scenario describes a node.
type shown struct {
	node     network.Addr
	describe func() string
}

func (w *simWorld) Show(node network.Addr, describe func() string) {
	w.shows = append(w.shows, shown{node, describe})
}

// At keeps the item until Setup is over: its node may be added after it.
func (w *simWorld) At(t time.Duration, node network.Addr, what string, do func()) {
	if !w.choices.work(t, node, what) {
		return
	}
	w.add(t, node, what, do)
}

func (w *simWorld) add(t time.Duration, node network.Addr, what string, do func()) {
	w.work = append(w.work, item{at: t, node: node, what: what, do: do})
}

func (w *simWorld) Inject(f scenario.Fault) { w.inject(w.choices.faults("injected ", f)...) }

func (w *simWorld) inject(faults ...scenario.Fault) {
	w.faults = append(w.faults, faults...)
	w.net.Inject(faults...)
}

func (w *simWorld) Now() time.Duration {
	if w.net == nil {
		return 0
	}
	return w.net.Now()
}

func (w *simWorld) Fail(c scenario.Clause, format string, args ...any) {
	w.checks.broke(w.Now(), c, fmt.Sprintf(format, args...))
	w.net.Halt()
}

func (w *simWorld) Always(c scenario.Clause, check func() error) {
	w.checks.always = append(w.checks.always, safety{clause: c, check: check})
}

func (w *simWorld) By(t time.Duration, c scenario.Clause, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{clause: c, at: t, check: check})
}

// AtEnd is no choice, as no check is.
func (w *simWorld) AtEnd(c scenario.Clause, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{clause: c, at: w.scenario.For, check: check, end: true})
}

// Ends looks on the node's own loop, so that what led to a failure is what led to this event.
func (w *simWorld) Ends(node network.Addr, c scenario.Clause, check func() error) {
	w.add(w.scenario.For, node, lookAtEnd, func() {
		if err := check(); err != nil {
			w.Fail(c, "%v", err)
		}
	})
}

// lookAtEnd is what Ends is called in reports.
const lookAtEnd = "looks at the end"

// Sometimes counts a state as met for the whole run once it is met at all.
func (w *simWorld) Sometimes(what string) func(bool) {
	if w.met == nil {
		w.met = make(map[string]bool)
	}
	w.met[what] = false
	return func(met bool) {
		if met {
			w.met[what] = true
		}
	}
}

func (w *simWorld) Usage(node network.Addr) scenario.Usage { return w.net.Usage(node) }

func (w *simWorld) Key(node network.Addr) network.PublicKey { return w.net.Key(node) }

func (w *simWorld) Wiped(node network.Addr) bool { return w.net.Wiped(node) }
