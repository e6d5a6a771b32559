package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"strata/harness/nets/places"
	"strata/harness/nets/spec"
	"strata/harness/nets/topology"
	"strata/harness/sim"
	"strata/ledgers/electives"
	"strata/network"
)

// Job is one run.
type Job struct {
	Spec    spec.Spec // complete, without a sweep
	Dir     string    // where the experiment's file is: its own files are seen from there
	Seed    uint64
	Stacks  map[string]electives.Stack // by the names that the experiment uses
	Workers int                        // of the engine; 0 means 1

	// For a closer look at one run, which needs the engine of total order. nil: off.
	Trace func(sim.TraceEvent)
	Log   slog.Handler
	Until time.Duration // the run ends then, if that is before its end; 0 means at its end

	Order *sim.Order // of a Session: events come one by one; nil: off

	Rekey sim.Rekey // what is random from some time on is drawn again; the zero value: nothing
}

// ErrNoStack reports a stack that nobody has brought.
var ErrNoStack = errors.New("no such stack")

// interrupted is how often a run looks whether it is to end: between so much virtual time.
const sliceEvents = 20

// Do carries out the run. It ends early with ctx's error. Other errors: places.ErrData, topology.ErrImpossible,
// topology.ErrFormat, ErrNoStack, and what a node's code has panicked with.
func Do(ctx context.Context, job Job) (res *Result, err error) {
	defer func() {
		if value := recover(); value != nil {
			res, err = nil, panicked(value)
		}
	}()
	if job.Workers == 0 {
		job.Workers = 1
	}
	w, err := build(job)
	if err != nil {
		return nil, err
	}
	if job.Spec.Run.Protocol == "graph" {
		return w.measureGraph(), nil
	}
	if err := w.protocol.run(ctx); err != nil {
		return nil, err
	}
	return w.protocol.result(), nil
}

// panicked makes an error of what a node's code has thrown.
func panicked(value any) error {
	if p, ok := value.(*sim.PanicError); ok {
		return p
	}
	return fmt.Errorf("panic: %v\n\n%s", value, debug.Stack())
}

// protocol is what the nodes of a network do.
type protocol interface {
	run(context.Context) error
	result() *Result
}

// world is a network that is set up.
type world struct {
	Job
	graph    *topology.Graph
	places   *places.Places
	net      *sim.Net
	addrs    []network.Addr
	part     []int // of Network.Parts, by node; -1: none
	protocol protocol
	hosts    []network.Host // by node, of its life now; kept with Order only
}

// build makes the network of a job, without running it.
func build(job Job) (*world, error) {
	w := &world{Job: job}
	s := &w.Spec
	var err error
	if w.graph, err = Graph(*s, job.Dir, job.Seed); err != nil {
		return nil, err
	}
	s.Network.Nodes = w.graph.Nodes
	if w.places, err = places.New(*s, job.Dir, w.graph.Nodes, w.graph.Regions, job.Seed); err != nil {
		return nil, err
	}
	if s.Run.Protocol == "graph" {
		return w, nil
	}
	cfg := sim.Config{Seed: job.Seed, Workers: job.Workers, MinLatency: s.Places.Floor.Duration, Place: w.places,
		Trace: job.Trace, Log: job.Log, Rekey: job.Rekey, Order: job.Order}
	if s.Run.Engine == "windows" && job.Trace == nil && job.Order == nil {
		cfg.Engine = sim.Windows
	}
	w.parts()
	switch s.Run.Protocol {
	case "chain":
		w.protocol, err = newChain(w, &cfg)
	case "flood":
		w.protocol, err = newFlood(w, &cfg)
	case "ledger":
		w.protocol, err = newLedger(w, &cfg)
	default:
		w.protocol, err = newRumour(w, &cfg)
	}
	return w, err
}

// simulate makes the simulated network and its nodes.
func (w *world) simulate(cfg *sim.Config, boot func(i int, h network.Host)) (err error) {
	if w.net, err = sim.New(*cfg); err != nil {
		return err
	}
	if w.Order != nil {
		w.hosts = make([]network.Host, w.graph.Nodes)
	}
	for i := range w.graph.Nodes {
		w.addrs = append(w.addrs, Addr(i))
		w.net.Node(w.addrs[i], func(h network.Host) {
			if w.hosts != nil {
				w.hosts[i] = h
			}
			boot(i, h)
		})
	}
	for i := range w.places.Up {
		w.net.Pipe(w.addrs[i], w.places.Up[i], w.places.Down[i])
	}
	return nil
}

// parts gives each node that is not like the others its part.
func (w *world) parts() {
	shares, rest := []float64{}, 1.0
	for _, p := range w.Spec.Network.Parts {
		shares = append(shares, float64(p.Share))
		rest -= float64(p.Share)
	}
	w.part = places.Divide(w.graph.Nodes, append(shares, max(0, rest)), w.Seed, 0x70617274)
	for i := range w.part {
		if w.part[i] == len(shares) {
			w.part[i] = -1
		}
	}
}

// stack is whose layers a node runs.
func (w *world) stack(node int) (electives.Stack, error) {
	name := w.Spec.Network.Stack
	if p := w.part[node]; p >= 0 && w.Spec.Network.Parts[p].Stack != "" {
		name = w.Spec.Network.Parts[p].Stack
	}
	stack, ok := w.Stacks[name]
	if !ok {
		return stack, fmt.Errorf("%w: %q", ErrNoStack, name)
	}
	return stack, nil
}

// member is the hostile member that a node is; "" for honest nodes.
func (w *world) member(node int) string {
	if p := w.part[node]; p >= 0 {
		return w.Spec.Network.Parts[p].Member
	}
	return ""
}

// Graph is the network's graph: drawn, or read from a file. Errors: topology.ErrImpossible, topology.ErrFormat, the system's.
func Graph(s spec.Spec, dir string, seed uint64) (*topology.Graph, error) {
	if s.Network.Topology.File == "" {
		return topology.Generate(s.Network.Graph(), seed)
	}
	path := places.Path(dir, s.Network.Topology.File)
	format, err := topology.FormatOf(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("topology: %w", err)
	}
	defer f.Close()
	g, err := topology.Read(f, format)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return g, nil
}

// Addr is where a node can be reached. Nodes that follow each other are in different ranges of addresses, as strangers on
// the Internet are: a guard admits only a few of one range.
func Addr(i int) network.Addr {
	const first = 200
	a, b, c := 11+i%first, i/first%250, i/first/250
	if a >= 127 { // the machine itself
		a++
	}
	return network.Addr(fmt.Sprintf("%d.%d.%d.7:4000", a, b, c))
}

// slices runs the network up to a time, and looks now and then whether it is to end.
func (w *world) runUntil(ctx context.Context, until time.Duration) error {
	if w.Until > 0 {
		until = min(until, w.Until)
	}
	from := w.net.Now()
	for i := 1; i <= sliceEvents; i++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.net.Run(from + (until-from)/sliceEvents*time.Duration(i))
	}
	w.net.Run(until)
	return ctx.Err()
}

// over says whether the run has come to where it was told to end.
func (w *world) over() bool { return w.Until > 0 && w.net.Now() >= w.Until }
