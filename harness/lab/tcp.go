package lab

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"strata/network"
	"strata/node/process/tcphost"
	"strata/scenario"
)

// TCPOptions of one run on loopback TCP.
type TCPOptions struct {
	Seed uint64       // of the scenario's choices and of the hosts' randomness; what happens when is not reproducible
	Log  slog.Handler // nil: discard
}

// RunTCP runs a scenario with RealTime on loopback TCP, in real time: all nodes share one loop, so
// that checks may look at each of them. Afterwards no goroutine is left.
func RunTCP(s scenario.Scenario, opt TCPOptions) Result {
	w := &tcpWorld{opt: opt, addrs: make(map[int]network.Addr), hosts: make(map[network.Addr]network.Host),
		halted: make(chan struct{})}
	if s.Faults.Any() {
		w.checks.unsound("the scenario has faults: it runs on the simulated network only")
	}
	w.run(s)
	return Result{Scenario: s.Name, Seed: opt.Seed, Failure: w.checks.failed}
}

// tcpWorld is the World of one run in real time. Setup runs before the loop has anything to do;
// from then on the loop alone touches the checks.
type tcpWorld struct {
	opt    TCPOptions
	end    time.Duration // of the scenario
	rand   *rand.Rand
	loop   *tcphost.Loop
	began  time.Time
	addrs  map[int]network.Addr
	hosts  map[network.Addr]network.Host
	boots  []func()
	work   []item
	checks checks
	halted chan struct{} // closed by the first failure
}

func (w *tcpWorld) run(s scenario.Scenario) {
	defer func() {
		if value := recover(); value != nil { // in Setup; the loop catches what its callbacks throw
			w.checks.fail(NewPanic(0, value, string(debug.Stack())))
		}
	}()
	w.rand = rand.New(rand.NewPCG(w.opt.Seed, 0x7363656e6172696f))
	w.loop = tcphost.NewLoop(tcphost.LoopConfig{Seed: w.opt.Seed, Log: w.opt.Log, AfterEvent: w.afterEvent})
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
	var thrown *tcphost.PanicError
	if errors.As(w.loop.Err(), &thrown) {
		w.checks.fail(NewPanic(w.Now(), thrown.Value, string(thrown.Stack)))
	}
}

// drive does each item of work in its time, until all are done, a check fails or a callback
// panics.
func (w *tcpWorld) drive() {
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

func (w *tcpWorld) afterEvent() {
	if w.checks.failed == nil {
		w.checks.poll(w.Now())
	}
	w.halt()
}

// halt ends the run once a check has failed.
func (w *tcpWorld) halt() {
	if w.checks.failed == nil {
		return
	}
	select {
	case <-w.halted:
	default:
		close(w.halted)
	}
}

func (w *tcpWorld) Rand() *rand.Rand { return w.rand }

// Addr names a free loopback address.
func (w *tcpWorld) Addr(n int) network.Addr {
	if _, ok := w.addrs[n]; !ok {
		free, err := tcphost.LoopbackAddrs(1)
		if err != nil {
			panic(fmt.Sprintf("lab: node %d: %v", n, err))
		}
		w.addrs[n] = free[0]
	}
	return w.addrs[n]
}

func (w *tcpWorld) Node(addr network.Addr, boot func(network.Host)) {
	w.boots = append(w.boots, func() {
		h, err := w.loop.HostOf(tcphost.HostConfig{Name: addr, Key: w.private(addr)})
		if err != nil {
			panic(err) // without a directory nothing can fail
		}
		w.hosts[addr] = h
		boot(h)
	})
}

func (w *tcpWorld) Twin(of, _ network.Addr, _ func(network.Host)) {
	w.checks.unsound(fmt.Sprintf("the scenario gives %s a twin: it runs on the simulated network only", of))
}

func (w *tcpWorld) At(t time.Duration, _ network.Addr, _ string, do func()) {
	w.work = append(w.work, item{at: t, do: do})
}

func (w *tcpWorld) Inject(f scenario.Fault) {
	w.checks.unsound(fmt.Sprintf("the scenario injects a %s: it runs on the simulated network only", f.Kind))
}

func (w *tcpWorld) Now() time.Duration { return time.Since(w.began) }

func (w *tcpWorld) Fail(c scenario.Clause, format string, args ...any) {
	w.checks.broke(w.Now(), c, fmt.Sprintf(format, args...))
	w.halt()
}

func (w *tcpWorld) Always(c scenario.Clause, check func() error) {
	w.checks.always = append(w.checks.always, safety{clause: c, check: check})
}

func (w *tcpWorld) By(t time.Duration, c scenario.Clause, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{clause: c, at: t, check: check})
}

func (w *tcpWorld) AtEnd(c scenario.Clause, check func() error) {
	w.checks.by = append(w.checks.by, &liveness{clause: c, at: w.end, check: check, end: true})
}

func (w *tcpWorld) Ends(node network.Addr, c scenario.Clause, check func() error) {
	w.At(w.end, node, lookAtEnd, func() {
		if err := check(); err != nil {
			w.Fail(c, "%v", err)
		}
	})
}

// Sometimes counts nothing: that is for runs over many seeds.
func (w *tcpWorld) Sometimes(string) func(bool) { return func(bool) {} }

// Show does nothing: no debugger stops real time.
func (w *tcpWorld) Show(network.Addr, func() string) {}

func (w *tcpWorld) Usage(node network.Addr) scenario.Usage {
	if w.hosts[node] == nil {
		return scenario.Usage{}
	}
	u := w.loop.Usage(w.hosts[node])
	return scenario.Usage(u)
}

// private is the key of the node at an address: it depends on that and the seed.
func (w *tcpWorld) private(addr network.Addr) ed25519.PrivateKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "%d %s", w.opt.Seed, addr))
	return ed25519.NewKeyFromSeed(seed[:])
}

func (w *tcpWorld) Key(addr network.Addr) (k network.PublicKey) {
	copy(k[:], w.private(addr).Public().(ed25519.PublicKey))
	return k
}

// Wiped says no: nothing crashes here.
func (w *tcpWorld) Wiped(network.Addr) bool { return false }
