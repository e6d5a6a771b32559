package lab

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"strata/network"
	"strata/scenario"
)

// Real runs nodes in real time, as package loopback does: their callbacks come one at a time. It is no part of this
// package, since a child that is linked at each save needs no sockets.
type Real interface {
	Addr() (network.Addr, error) // where nobody listens yet
	Host(at network.Addr, key ed25519.PrivateKey) (network.Host, error)
	Usage(h network.Host) scenario.Usage
	Do(f func()) bool      // runs f between callbacks, and waits; false: it is over
	Done() <-chan struct{} // closed when it is over
	Thrown() (value any, stack string, thrown bool)
	Close()
}

// RunReal runs a scenario with RealTime in real time. open begins it, and has afterEvent called after each callback, so
// that checks may look at all nodes. The seed is that of the scenario's choices; what happens when is not reproducible.
func RunReal(s scenario.Scenario, seed uint64, open func(afterEvent func()) Real) Result {
	w := &realWorld{seed: seed, addrs: make(map[int]network.Addr), hosts: make(map[network.Addr]network.Host),
		halted: make(chan struct{})}
	if s.Faults.Any() {
		w.checks.unsound("the scenario has faults: it runs on the simulated network only")
	}
	w.run(s, open)
	return Result{Scenario: s.Name, Seed: seed, Failure: w.checks.failed}
}

// realWorld is the World of one run in real time. Setup runs before the loop has anything to do;
// from then on the loop alone touches the checks.
type realWorld struct {
	seed   uint64
	end    time.Duration // of the scenario
	rand   *rand.Rand
	loop   Real
	began  time.Time
	addrs  map[int]network.Addr
	hosts  map[network.Addr]network.Host
	boots  []func()
	work   []item
	checks checks
	halted chan struct{} // closed by the first failure
}

func (w *realWorld) run(s scenario.Scenario, open func(afterEvent func()) Real) {
	defer func() {
		if value := recover(); value != nil { // in Setup; the loop catches what its callbacks throw
			w.checks.fail(NewPanic(0, value, string(debug.Stack())))
		}
	}()
	w.rand = rand.New(rand.NewPCG(w.seed, 0x7363656e6172696f))
	w.loop = open(w.afterEvent)
	defer w.loop.Close()
	w.began, w.end = time.Now(), s.For
	s.Setup(w)
	for _, t := range w.checks.deadlines(s.For) {
		w.work = append(w.work, item{at: t, do: func() { w.checks.due(t) }})
	}
	if w.checks.failed != nil {
		return
	}
	w.began = time.Now()
	w.loop.Do(func() {
		for _, boot := range w.boots {
			boot()
		}
	})
	w.drive()
	if value, stack, thrown := w.loop.Thrown(); thrown {
		w.checks.fail(NewPanic(w.Now(), value, stack))
	}
}

// drive does each item of work in its time, until all are done, a check fails or a callback
// panics.
func (w *realWorld) drive() {
	slices.SortStableFunc(w.work, func(a, b item) int { return cmp.Compare(a.at, b.at) })
	for _, item := range w.work {
		select {
		case <-time.After(time.Until(w.began.Add(item.at))):
		case <-w.halted:
			w.loop.Do(func() {}) // the failing callback has ended
			return
		case <-w.loop.Done():
			return
		}
		if !w.loop.Do(item.do) {
			<-w.loop.Done()
			return
		}
	}
	w.loop.Do(func() {})
}

func (w *realWorld) afterEvent() {
	if w.checks.failed == nil {
		w.checks.poll(w.Now())
	}
	w.halt()
}

// halt ends the run once a check has failed.
func (w *realWorld) halt() {
	if w.checks.failed == nil {
		return
	}
	select {
	case <-w.halted:
	default:
		close(w.halted)
	}
}

func (w *realWorld) Rand() *rand.Rand { return w.rand }

// Addr names a free address.
func (w *realWorld) Addr(n int) network.Addr {
	if _, ok := w.addrs[n]; !ok {
		free, err := w.loop.Addr()
		if err != nil {
			panic(fmt.Sprintf("lab: node %d: %v", n, err))
		}
		w.addrs[n] = free
	}
	return w.addrs[n]
}

func (w *realWorld) Node(addr network.Addr, boot func(network.Host)) {
	w.boots = append(w.boots, func() {
		h, err := w.loop.Host(addr, w.private(addr))
		if err != nil {
			panic(err) // without a directory nothing can fail
		}
		w.hosts[addr] = h
		boot(h)
	})
}

func (w *realWorld) Twin(of, _ network.Addr, _ func(network.Host)) {
	w.checks.unsound(fmt.Sprintf("the scenario gives %s a twin: it runs on the simulated network only", of))
}

func (w *realWorld) At(t time.Duration, _ network.Addr, _ string, do func()) {
	w.work = append(w.work, item{at: t, do: do})
}

func (w *realWorld) Inject(f scenario.Fault) {
	w.checks.unsound(fmt.Sprintf("the scenario injects a %s: it runs on the simulated network only", f.Kind))
}

func (w *realWorld) Now() time.Duration { return time.Since(w.began) }

func (w *realWorld) Fail(c scenario.Clause, format string, args ...any) {
	w.checks.broke(w.Now(), c, fmt.Sprintf(format, args...))
	w.halt()
}

func (w *realWorld) Always(c scenario.Clause, check func() error) {
	w.checks.always = append(w.checks.always, safety{clause: c, check: check})
}

func (w *realWorld) By(t time.Duration, c scenario.Clause, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{clause: c, at: t, check: check})
}

func (w *realWorld) AtEnd(c scenario.Clause, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{clause: c, at: w.end, check: check, end: true})
}

func (w *realWorld) Ends(node network.Addr, c scenario.Clause, check func() error) {
	w.At(w.end, node, lookAtEnd, func() {
		if err := check(); err != nil {
			w.Fail(c, "%v", err)
		}
	})
}

// Sometimes counts nothing: that is for runs over many seeds.
func (w *realWorld) Sometimes(string) func(bool) { return func(bool) {} }

// Show does nothing: no debugger stops real time.
func (w *realWorld) Show(network.Addr, func() string) {}

func (w *realWorld) Usage(node network.Addr) scenario.Usage {
	if w.hosts[node] == nil {
		return scenario.Usage{}
	}
	return w.loop.Usage(w.hosts[node])
}

// private is the key of the node at an address: it depends on that and the seed.
func (w *realWorld) private(addr network.Addr) ed25519.PrivateKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "%d %s", w.seed, addr))
	return ed25519.NewKeyFromSeed(seed[:])
}

func (w *realWorld) Key(addr network.Addr) (k network.PublicKey) {
	copy(k[:], w.private(addr).Public().(ed25519.PublicKey))
	return k
}

// Wiped says no: nothing crashes here.
func (w *realWorld) Wiped(network.Addr) bool { return false }
