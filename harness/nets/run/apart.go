package run

import (
	"context"
	"fmt"
	"math"
	"time"

	"strata/chain"
	"strata/harness/nets/places"
	"strata/network"
	"strata/node/blocktree"
	"strata/scenario"
)

// Member is one node of a chain on a host of its own, in a process of its own: the member that the simulation has there,
// with the same links, the same clock of its miner, and the same misbehaviour.
type Member struct{ m *member }

// NewMember makes the node of that number. Times count from began; what happens is told on the host's loop. Errors: those
// of Do.
func NewMember(job Job, node int, began time.Time, tell func(Told)) (*Member, error) {
	r, err := apart(job)
	if err != nil {
		return nil, err
	}
	if node < 0 || node >= len(r.members) {
		return nil, fmt.Errorf("node %d: want 0 to %d", node, len(r.members)-1)
	}
	r.epoch = began
	m := r.members[node]
	m.tell = tell
	return &Member{m}, nil
}

// apart is the job's network without a simulation under it.
func apart(job Job) (*chainRun, error) {
	job.Workers = 1
	w := &world{Job: job}
	var err error
	if w.graph, err = Graph(w.Spec, job.Dir, job.Seed); err != nil {
		return nil, err
	}
	w.Spec.Network.Nodes = w.graph.Nodes
	if w.places, err = places.New(w.Spec, job.Dir, w.graph.Nodes, w.graph.Regions, job.Seed); err != nil {
		return nil, err
	}
	w.parts()
	for i := range w.graph.Nodes {
		w.addrs = append(w.addrs, Addr(i))
	}
	return newMembers(w)
}

// Boot starts the node, on the loop of its host. It finds blocks until Run.For.
func (m *Member) Boot(h network.Host) {
	m.m.boot(h)
	h.After(m.m.run.Spec.Run.For.Duration-m.m.now(), func() { m.m.run.quiet = true })
}

// Stop stops the node, on the loop of its host.
func (m *Member) Stop() { m.m.node.Stop() }

// Addr is where the node is reached.
func (m *Member) Addr() network.Addr { return m.m.run.addrs[m.m.index] }

// Told is something that happened at a node.
type Told struct {
	At     time.Duration   `json:"at"` // since the start
	Kind   ToldKind        `json:"kind"`
	Block  chain.BlockHash `json:"block"`            // Found, Heard: the block; Moved: the tip
	Text   []byte          `json:"text,omitempty"`   // Found: of the block
	Undone int             `json:"undone,omitempty"` // Moved: blocks that were given up
	Lowest chain.BlockHash `json:"lowest,omitzero"`  // Moved: the lowest of them
}

// ToldKind says what happened.
type ToldKind string

// What a node tells.
const (
	Found ToldKind = "found" // its miner found a block
	Heard ToldKind = "heard" // a block is new here, of the chain or of a side branch
	Moved ToldKind = "moved" // it has another tip
)

// moveOf is how a node tells that its tip moved.
func moveOf(now time.Duration, c blocktree.Change) Told {
	t := Told{At: now, Kind: Moved, Block: c.Applied[len(c.Applied)-1].Hash(), Undone: len(c.Undone)}
	if len(c.Undone) > 0 {
		t.Lowest = c.Undone[0].Hash()
	}
	return t
}

// Plan is what a run asks of a network that is not simulated.
type Plan struct {
	Addrs    []network.Addr
	Latency  [][]time.Duration // one way, by both nodes: the simulation's own
	Jitter   func(number uint64) time.Duration
	Up, Down []int64 // bytes a second by node; empty: no bound
	Faults   []scenario.Fault

	run *chainRun
}

// NewPlan plans a run. Errors: those of Do.
func NewPlan(job Job) (p *Plan, err error) {
	defer func() {
		if value := recover(); value != nil {
			p, err = nil, panicked(value)
		}
	}()
	job.Workers = 1
	w, err := build(job)
	if err != nil {
		return nil, err
	}
	p = &Plan{Addrs: w.addrs, Jitter: w.places.Jitter, Up: w.places.Up, Down: w.places.Down}
	for _, a := range w.addrs {
		row := make([]time.Duration, len(w.addrs))
		for j, b := range w.addrs {
			if a != b {
				row[j] = w.net.Latency(a, b)
			}
		}
		p.Latency = append(p.Latency, row)
	}
	if p.run, err = apart(job); err != nil {
		return nil, err
	}
	return p, p.run.faults(func(f scenario.Fault) { p.Faults = append(p.Faults, f) })
}

// Simulate carries out the same run in the simulator. Errors: those of Do.
func (p *Plan) Simulate(ctx context.Context) (*Result, error) { return Do(ctx, p.run.Job) }

// Result is what came of a run by what its nodes told, each in its order. It has those measures of Do's that can be seen
// so. It is to be called once. Error: a node told of a block that is none.
func (p *Plan) Result(told [][]Told) (*Result, error) {
	r := p.run
	r.began, r.ended = r.Spec.Run.Warmup.Duration, r.Spec.Run.For.Duration
	if err := r.enterFound(told); err != nil {
		return nil, err
	}
	for i, list := range told {
		m := r.members[i]
		for _, t := range list {
			e := r.book.find(t.Block)
			switch {
			case t.Kind == Heard && e != nil:
				m.tally().arrived(m, e, t.At-e.found)
			case t.Kind == Moved:
				m.tip = t.Block
				if t.Undone > 0 {
					m.reorganised(t.At, t.Undone, t.Lowest)
				}
			}
		}
	}
	r.book.reduce(math.MaxInt64, len(r.members))
	res, all := &Result{Seed: r.Seed, Values: map[string]float64{}}, r.tallies[0]
	r.settings(res.Values)
	list := r.measured()
	r.mark(list)
	r.chainValues(res.Values, list, all)
	r.powerValues(res.Values, list)
	r.spreadValues(res, all)
	res.Values["heal_s"] = all.heal.Seconds()
	return res, nil
}

// enterFound enters the blocks that nodes have found into the book.
func (r *chainRun) enterFound(told [][]Told) error {
	for i, list := range told {
		for _, t := range list {
			if t.Kind != Found {
				continue
			}
			m := r.members[i].miner
			s, err := chain.ParseSealed(t.Text, t.Block)
			if err != nil || m == nil || chain.HashOf(t.Text) != t.Block {
				return fmt.Errorf("node %d told of a block that it cannot have found: %x", i, t.Block)
			}
			r.tallies[0].found++
			r.book.enter(s, m, t.At)
		}
	}
	return nil
}

// tipNow is the tip that a node has, or had when it ended; false: it never lived.
func (m *member) tipNow() (chain.BlockHash, bool) {
	if m.node != nil {
		return m.node.State().Hash(), true
	}
	return m.tip, m.tip != chain.BlockHash{}
}
