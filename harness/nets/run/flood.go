package run

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"strata/gossip"
	"strata/harness/nets/stats"
	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// kind of the messages that are flooded or rumoured.
const kind messaging.Kind = "message"

// reached is how one message spreads, as one worker saw it.
type reached struct {
	nodes uint64        // first deliveries
	last  time.Duration // the latest of them, since it was sent
	sends uint64        // deliveries
	hist  stats.Hist    // microseconds
}

// spreading is what floods and rumours have in common: messages that are sent at times known before.
type spreading struct {
	*world
	workers [][]reached // by worker, by message
}

func newSpreading(w *world) spreading {
	s := spreading{world: w}
	for range w.Workers {
		s.workers = append(s.workers, make([]reached, w.Spec.Traffic.Messages))
	}
	return s
}

// born is when a message is sent.
func (s *spreading) born(message int) time.Duration {
	return s.Spec.Run.Warmup.Duration + time.Duration(message)*s.Spec.Traffic.Gap.Duration
}

// source is who sends it.
func (s *spreading) source(message int) int {
	return below(keyed(s.Seed, forMessage, uint64(message)), s.graph.Nodes)
}

// payload is a message's bytes: its number first.
func (s *spreading) payload(message int) []byte {
	b := make([]byte, max(8, s.Spec.Traffic.Size.Bytes))
	binary.BigEndian.PutUint64(b, uint64(message))
	return b
}

// number is that of a message's bytes, -1 if they are none.
func (s *spreading) number(payload []byte) int {
	if len(payload) < 8 || binary.BigEndian.Uint64(payload) >= uint64(s.Spec.Traffic.Messages) {
		return -1
	}
	return int(binary.BigEndian.Uint64(payload))
}

// came notes a first delivery.
func (s *spreading) came(h network.Host, message int) {
	r := &s.workers[sim.Worker(h)][message]
	after := h.Now().Sub(sim.Epoch()) - s.born(message)
	r.nodes++
	r.last = max(r.last, after)
	r.hist.Add(micros(after), 1)
}

// run is protocol's.
func (s *spreading) run(ctx context.Context) error {
	return s.runUntil(ctx, s.born(s.Spec.Traffic.Messages)+s.Spec.Run.Settle.Duration)
}

// merged is how a message spread, all workers together.
func (s *spreading) merged(message int) (all reached) {
	for _, w := range s.workers {
		r := &w[message]
		all.nodes += r.nodes
		all.sends += r.sends
		all.last = max(all.last, r.last)
		all.hist.Merge(r.hist)
	}
	return all
}

// result is protocol's.
func (s *spreading) result() *Result {
	stats0 := s.net.Stats()
	res := &Result{Seed: s.Seed, Hash: fmt.Sprintf("%016x", s.net.Hash()), Events: stats0.Deliveries, Values: map[string]float64{}}
	v, n := res.Values, float64(s.graph.Nodes)
	var reach, sends, last, whole []float64
	times := make([][]float64, len(quantiles))
	for m := range s.Spec.Traffic.Messages {
		r := s.merged(m)
		reach = append(reach, float64(r.nodes+1)/n) // the source has it too
		sends = append(sends, float64(r.sends))
		if int(r.nodes) == s.graph.Nodes-1 {
			last, whole = append(last, r.last.Seconds()), append(whole, 1)
		} else {
			whole = append(whole, 0)
		}
		for i, q := range quantiles {
			times[i] = append(times[i], r.hist.Quantile(q, uint64(s.graph.Nodes-1))/1e6)
		}
	}
	v["nodes"], v["links"], v["messages"] = n, float64(len(s.graph.Edges)), float64(len(reach))
	v["reach_share"], _ = stats.Mean(reach)
	v["sends_per_message"], _ = stats.Mean(sends)
	v["whole_share"], _ = stats.Mean(whole)
	if len(last) > 0 {
		v["last_s"], _ = stats.Mean(last)
	}
	if l := s.Spec.Places.Latency; l.Law == "constant" || l.Law == "exponential" {
		v["latency_s"] = l.Mean.Seconds()
	}
	v["ln_nodes"] = math.Log(n)
	c := Curve{Name: "messages"}
	for i, q := range quantiles {
		slices.Sort(times[i])
		if t := stats.Quantile(times[i], .5); !math.IsInf(t, 0) && !math.IsNaN(t) {
			c.Q, c.Times = append(c.Q, q), append(c.Times, t)
		}
	}
	res.Curves = append(res.Curves, c)
	v["wire_bytes"] = float64(stats0.Bytes)
	return res
}

// floodRun is a network of the layers up to gossip.
type floodRun struct {
	spreading
	dials  [][]int32
	degree []int
	nodes  []gossip.Gossip
}

func newFlood(w *world, cfg *sim.Config) (*floodRun, error) {
	r := &floodRun{spreading: newSpreading(w), dials: w.graph.Dials(), nodes: make([]gossip.Gossip, w.graph.Nodes)}
	around := w.graph.Neighbours()
	for i := range w.graph.Nodes {
		if _, err := w.stack(i); err != nil {
			return nil, err
		}
		r.degree = append(r.degree, around.Degree(int32(i)))
	}
	if err := w.simulate(cfg, r.boot); err != nil {
		return nil, err
	}
	for m := range w.Spec.Traffic.Messages {
		from := r.source(m)
		w.net.At(r.born(m), w.addrs[from], func() {
			if err := r.nodes[from].Broadcast(kind, r.payload(m)); err != nil {
				panic(fmt.Sprintf("message %d: %v", m, err))
			}
		})
	}
	return r, nil
}

// boot starts the layers up to gossip. Nobody dials beyond the graph.
func (r *floodRun) boot(i int, h network.Host) {
	stack, _ := r.stack(i) // was there when the run was set up
	fail := func(err error) {
		if err != nil {
			panic(fmt.Sprintf("node %d does not start: %v", i, err))
		}
	}
	netCfg, err := network.Config{Listen: r.addrs[i]}.Complete()
	fail(err)
	msgCfg, err := messaging.Config{}.Complete()
	fail(err)
	peerCfg := p2p.Config{Self: r.addrs[i], MaxPeers: max(2, 2*r.degree[i]), Interval: time.Hour, MaxDials: max(16, len(r.dials[i]))}
	for _, to := range r.dials[i] {
		peerCfg.Bootstrap = append(peerCfg.Bootstrap, r.addrs[to])
	}
	peerCfg, err = peerCfg.Complete()
	fail(err)
	gossipCfg, err := gossip.Config{}.Complete()
	fail(err)
	n := stack.NewNetwork(h, netCfg)
	msg := counting{stack.NewMessaging(h, n, msgCfg), r, h}
	g := stack.NewGossip(h, stack.NewP2P(h, n, msg, peerCfg), gossipCfg)
	fail(g.Handle(kind, func(_ network.Addr, payload []byte) bool {
		if m := r.number(payload); m >= 0 {
			r.came(h, m)
		}
		return true
	}))
	fail(g.Start(nil))
	r.nodes[i] = g
}

// counting counts the deliveries of each message.
type counting struct {
	messaging.Messaging
	r *floodRun
	h network.Host
}

// Handle is messaging.Messaging's.
func (c counting) Handle(k messaging.Kind, h messaging.Handler) error {
	if k != gossip.KindPrefix+kind {
		return c.Messaging.Handle(k, h)
	}
	return c.Messaging.Handle(k, func(from network.ConnID, wire []byte) ([]byte, bool) {
		if _, payload, ok := gossip.Decode(wire); ok {
			if m := c.r.number(payload); m >= 0 {
				c.r.workers[sim.Worker(c.h)][m].sends++
			}
		}
		return h(from, wire)
	})
}
