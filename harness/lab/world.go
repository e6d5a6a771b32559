package lab

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"strata/harness/sim"
	"strata/network"
	"strata/network/networktest"
)

// simWorld is the World of one simulated run.
type simWorld struct {
	scenario networktest.Scenario
	opt      Options
	net      *sim.Net
	rand     *rand.Rand
	nodes    []network.Addr
	work     []item
	faults   []networktest.Fault
	events   int
	checks   checks
	choices  choices
	absent   map[network.Addr]bool // left out
	mix      networktest.Faults    // of the scenario's, what the seed draws
}

// item is one item of work.
type item struct {
	at   time.Duration
	node network.Addr
	do   func()
}

// run builds the world and runs it to the end of the scenario or to the first failure.
func (w *simWorld) run() {
	defer func() {
		if value := recover(); value != nil {
			w.checks.panicked(w.Now(), value, string(debug.Stack()))
		}
	}()
	if err := w.build(); err != nil {
		w.checks.fail(0, "", err.Error())
		return
	}
	for _, t := range w.checks.deadlines(w.scenario.For) {
		if w.checks.failed != nil {
			return
		}
		w.net.Run(t)
		w.checks.due(t)
	}
	if broken := w.net.Violations(); len(broken) > 0 && w.checks.failed == nil {
		w.checks.fail(w.Now(), "NET-12", broken[0])
	}
}

// build makes the network, lets the scenario fill it and adds the faults that the seed draws.
func (w *simWorld) build() error {
	w.choices.without = w.opt.Without
	w.mix = swarm(w.scenario.Faults, w.opt.Seed)
	conditions := w.choices.conditions(w.mix)
	cfg := sim.Config{
		Seed:          w.opt.Seed,
		Engine:        w.opt.Engine,
		Workers:       w.opt.Workers,
		Jitter:        conditions.Jitter,
		Fragment:      conditions.Fragment,
		CheckPayloads: true,
		Rekey:         w.opt.Rekey,
		Trace:         w.opt.Trace,
		Log:           w.opt.Log,
	}
	if w.opt.Engine == sim.TotalOrder {
		cfg.AfterEvent = w.afterEvent
	}
	net, err := sim.New(cfg)
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
		w.net.At(item.at, item.node, item.do)
	}
	drawn := draw(w.mix, w.opt.Seed, w.nodes)
	w.inject(w.choices.faults("", redraw(drawn, w.mix, w.opt.Rekey, w.nodes)...)...)
	if w.opt.Injected != nil {
		w.opt.Injected(w.faults)
	}
	return nil
}

func (w *simWorld) afterEvent() {
	if w.checks.failed != nil {
		return
	}
	w.events++
	if w.events > w.opt.MaxEvents {
		w.checks.fail(w.Now(), "", fmt.Sprintf("the nodes never come to rest: %d callbacks within %v of virtual time", w.events, w.Now()))
	}
	w.checks.poll(w.Now())
	if w.checks.failed != nil {
		w.net.Halt()
	}
}

func (w *simWorld) result() Result {
	r := Result{Scenario: w.scenario.Name, Seed: w.opt.Seed}
	w.checks.fill(&r)
	if w.net != nil {
		stats := w.net.Stats()
		r.Hash, r.Events = w.net.Hash(), stats.Deliveries
		r.Injected, r.Fired = injected(w.mix, w.faults), fired(stats)
	}
	if r.Failed {
		r.Faults = describe(w.faults)
	}
	return r
}

func (w *simWorld) Rand() *rand.Rand { return w.rand }

func (w *simWorld) Addr(n int) network.Addr {
	return network.Addr(fmt.Sprintf("10.0.%d.%d:4000", (n+1)/250, (n+1)%250))
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
	w.net.Node(addr, boot)
}

// At keeps the item until Setup is over: its node may be added after it.
func (w *simWorld) At(t time.Duration, node network.Addr, what string, do func()) {
	if !w.choices.work(t, node, what) {
		return
	}
	w.work = append(w.work, item{at: t, node: node, do: func() {
		if w.opt.Work != nil {
			w.opt.Work(w.Now(), node, what)
		}
		do()
	}})
}

func (w *simWorld) Inject(f networktest.Fault) { w.inject(w.choices.faults("injected ", f)...) }

func (w *simWorld) inject(faults ...networktest.Fault) {
	w.faults = append(w.faults, faults...)
	w.net.Inject(faults...)
}

func (w *simWorld) Now() time.Duration {
	if w.net == nil {
		return 0
	}
	return w.net.Now()
}

func (w *simWorld) Fail(rule, format string, args ...any) {
	w.checks.fail(w.Now(), rule, fmt.Sprintf(format, args...))
	w.net.Halt()
}

func (w *simWorld) Always(rule string, check func() error) {
	w.checks.always = append(w.checks.always, safety{rule: rule, check: check})
}

func (w *simWorld) By(t time.Duration, rule string, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{rule: rule, at: t, check: check})
}

func (w *simWorld) Usage(node network.Addr) networktest.Usage { return w.net.Usage(node) }

func (w *simWorld) Wiped(node network.Addr) bool { return w.net.Wiped(node) }
