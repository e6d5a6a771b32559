package run

import (
	"context"
	"fmt"
	"time"

	"strata/harness/sim"
	"strata/network"
)

// rumourRun is a network of the first layer alone: whoever knows a message tells random others, over a connection that is
// made for it. The graph does not matter: everybody can dial everybody.
type rumourRun struct {
	spreading
	fanout int // forward: how many each tells, once; 0: push, one a round
	nodes  []*teller
}

// teller is one node.
type teller struct {
	run   *rumourRun
	index int
	host  network.Host
	net   network.Network
	knows []bool // by message
	draws uint64
}

func newRumour(w *world, cfg *sim.Config) (*rumourRun, error) {
	r := &rumourRun{spreading: newSpreading(w)}
	if w.Spec.Run.Protocol == "forward" {
		r.fanout = w.Spec.Traffic.Fanout
	}
	for i := range w.graph.Nodes {
		if _, err := w.stack(i); err != nil {
			return nil, err
		}
	}
	r.nodes = make([]*teller, w.graph.Nodes)
	if err := w.simulate(cfg, r.boot); err != nil {
		return nil, err
	}
	for m := range w.Spec.Traffic.Messages {
		from := r.source(m)
		w.net.At(r.born(m), w.addrs[from], func() { r.nodes[from].learn(m) })
	}
	return r, nil
}

func (r *rumourRun) boot(i int, h network.Host) {
	stack, _ := r.stack(i) // was there when the run was set up
	cfg, err := network.Config{Listen: r.addrs[i]}.Complete()
	t := &teller{run: r, index: i, host: h, knows: make([]bool, r.Spec.Traffic.Messages)}
	if err == nil {
		t.net = stack.NewNetwork(h, cfg)
		err = t.net.Start(t)
	}
	if err != nil {
		panic(fmt.Sprintf("node %d does not start: %v", i, err))
	}
	r.nodes[i] = t
}

// Connected is network.Handler's.
func (t *teller) Connected(network.ConnID, network.Side) {}

// Disconnected is network.Handler's.
func (t *teller) Disconnected(network.ConnID, network.Side, error) {}

// Received is network.Handler's: somebody tells a message.
func (t *teller) Received(from network.ConnID, payload []byte) {
	t.net.Close(from)
	m := t.run.number(payload)
	if m < 0 {
		return
	}
	t.run.workers[sim.Worker(t.host)][m].sends++
	if !t.knows[m] {
		t.run.came(t.host, m)
		t.learn(m)
	}
}

// learn begins to tell a message. Rounds are those of the message, the same for all: who hears of it within a round begins with
// the next.
func (t *teller) learn(m int) {
	if t.knows[m] {
		return
	}
	t.knows[m] = true
	if t.run.fanout > 0 {
		for range t.run.fanout {
			t.tell(m)
		}
		return
	}
	if t.age(m) == 0 { // the source begins with the first round
		t.tell(m)
	}
	t.nextRound(m)
}

// age is how long ago a message was made.
func (t *teller) age(m int) time.Duration { return t.host.Now().Sub(sim.Epoch()) - t.run.born(m) }

// nextRound tells the message to one node when the next round begins, and again after it, until the message is old.
func (t *teller) nextRound(m int) {
	round := t.run.Spec.Traffic.Round.Duration
	t.host.After(round-t.age(m)%round, func() {
		if t.age(m) >= t.run.Spec.Traffic.Gap.Duration-round {
			return
		}
		t.tell(m)
		t.nextRound(m)
	})
}

// tell dials a random other node and sends the message.
func (t *teller) tell(m int) {
	t.draws++
	to := below(keyed(t.run.Seed, forRumour, uint64(t.index), t.draws), t.run.graph.Nodes-1)
	if to >= t.index {
		to++
	}
	t.net.Dial(t.run.addrs[to], func(id network.ConnID, err error) {
		if err == nil {
			_ = t.net.Send(id, t.run.payload(m)) // it fails only if the connection is gone again
		}
	})
}

// run is protocol's: messages must come to their end before the next, so that rounds are of one.
func (r *rumourRun) run(ctx context.Context) error { return r.spreading.run(ctx) }

// result is protocol's, with rounds.
func (r *rumourRun) result() *Result {
	res := r.spreading.result()
	if _, ok := res.Values["last_s"]; ok && r.fanout == 0 {
		res.Values["rounds"] = r.rounds()
	}
	return res
}

// rounds is in which round the last node heard of a message, on average. What is told in a round is known within it: one
// dial and one message later.
func (r *rumourRun) rounds() float64 {
	sum, n := 0.0, 0.0
	round := r.Spec.Traffic.Round.Duration
	for m := range r.Spec.Traffic.Messages {
		if all := r.merged(m); int(all.nodes) == r.graph.Nodes-1 {
			sum += float64(all.last/round) + 1
			n++
		}
	}
	return sum / n
}
