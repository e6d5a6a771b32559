package run

import (
	"context"
	"time"

	"strata/harness/nets/places"
	"strata/harness/nets/topology"
	"strata/harness/sim"
	"strata/ledgers"
	"strata/network"
	"strata/scenario"
)

// ledgerRun is a network whose nodes keep one of the five ledgers, and clients who pay.
type ledgerRun struct {
	*world
	contender contender
	nodes     []*ledgerNode // the twin of a two-faced member is the last
	payments  []payment
	byID      map[ledgers.OpID]int // which payment an operation is; not changed during the run
	tallies   []*traffic           // by worker
	dials     [][]int32
	around    topology.Neighbours
	struck    []bool // by node: it crashes, or is on the first side of a partition
	members   int
	began     traffic // when clients began to pay
	ended     traffic // when they had paid
	wire      [2]uint64
}

// traffic is what a worker counts of messages that have come. It adds up.
type traffic struct {
	messages, bytes uint64
	_               [48]byte // keeps those of two workers off each other's cache lines
}

// newLedger sets up the nodes of a ledger in a simulated network.
func newLedger(w *world, cfg *sim.Config) (*ledgerRun, error) {
	r := &ledgerRun{world: w, dials: w.graph.Dials(), around: w.graph.Neighbours(), byID: map[ledgers.OpID]int{}}
	w.Spec.Ledger.Members = w.Spec.Ledger.MembersOf(w.graph.Nodes)
	r.members = w.Spec.Ledger.Members
	for range w.Workers {
		r.tallies = append(r.tallies, &traffic{})
	}
	var err error
	if r.contender, err = newContender(r); err != nil {
		return nil, err
	}
	r.choose()
	r.plan()
	indexes := make([]int, 0, w.graph.Nodes+1)
	for i := range w.graph.Nodes {
		indexes = append(indexes, i)
	}
	if w.Spec.Ledger.Trouble.Kind == "two-faced" {
		indexes = append(indexes, 0)
		w.places.Region = append(w.places.Region, w.places.Region[0]) // where the twin is
	}
	for _, i := range indexes {
		n, err := r.newNode(i)
		if err != nil {
			return nil, err
		}
		r.nodes = append(r.nodes, n)
	}
	if err := w.simulate(cfg, func(i int, h network.Host) { r.nodes[i].boot(h) }); err != nil {
		return nil, err
	}
	r.trouble()
	r.pay()
	return r, nil
}

// choose draws whom the trouble strikes: members that crash, or one half of all nodes.
func (r *ledgerRun) choose() {
	l := r.Spec.Ledger
	r.struck = make([]bool, r.graph.Nodes)
	count, of := l.Struck(r.members), r.members
	if l.Trouble.Kind == "partition" {
		of = r.graph.Nodes
		count = of / 2
	}
	order := make([]int, of)
	for i := range order {
		order[i] = i
	}
	places.Shuffle(of, r.Seed, forTrouble, func(a, b int) { order[a], order[b] = order[b], order[a] })
	for _, i := range order[:count] {
		r.struck[i] = true
	}
}

// trouble schedules what goes wrong.
func (r *ledgerRun) trouble() {
	l := r.Spec.Ledger
	f := scenario.Fault{Kind: scenario.Crash, At: l.Trouble.At.Duration, For: l.Trouble.For.Duration}
	switch l.Trouble.Kind {
	case "none":
		return
	case "two-faced":
		first, twin := r.nodes[0], r.nodes[r.graph.Nodes]
		first.twofaced, twin.twofaced = true, true
		at := Addr(r.graph.Nodes)
		r.net.Node(at, twin.boot)
		r.net.Twin(r.addrs[0], at)
		return
	case "partition":
		f.Kind = scenario.Partition
	}
	for i, struck := range r.struck {
		if struck {
			f.A = append(f.A, r.addrs[i])
		}
	}
	r.net.Inject(f)
}

// run is protocol's: links are made, clients pay, and everything settles.
func (r *ledgerRun) run(ctx context.Context) error {
	s := r.Spec.Run
	for i, until := range []time.Duration{s.Warmup.Duration, s.For.Duration, s.For.Duration + s.Settle.Duration} {
		if err := r.runUntil(ctx, until); err != nil {
			return err
		}
		switch i {
		case 0:
			r.began, r.wire[0] = r.counted(), r.net.Stats().Bytes
		case 1:
			r.ended, r.wire[1] = r.counted(), r.net.Stats().Bytes
		}
	}
	return nil
}

// counted is what all workers have counted.
func (r *ledgerRun) counted() (all traffic) {
	for _, t := range r.tallies {
		all.messages += t.messages
		all.bytes += t.bytes
	}
	return all
}

// lasts says whether the trouble goes on at a time.
func (r *ledgerRun) lasts(at time.Duration) bool {
	t := r.Spec.Ledger.Trouble
	return t.Passes() && at >= t.At.Duration && at < t.End()
}

// correct are the nodes whose word counts: those that have one face.
func (r *ledgerRun) correct() (all []*ledgerNode) {
	for _, n := range r.nodes {
		if !n.twofaced {
			all = append(all, n)
		}
	}
	return all
}
