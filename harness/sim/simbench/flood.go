// Package simbench measures the simulator under all the layers that talk (frames, messaging,
// peers, gossip): the figures S2 to S4 of docs/targets.md. S1, the bare engine, is measured beside the
// engine by its own benchmarks.
package simbench

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// kind of the flooded messages.
const kind messaging.Kind = "flood"

// dials by each node; as many come in, on average, so that a node has 8 links.
const dials = 4

// batch is how many messages start at one instant, as in S1.
const batch = 20

// Flood is one measurement: messages that reach every node of a random graph.
type Flood struct {
	Nodes    int
	Messages int // broadcasts, each by another node
	Size     int // bytes of a message
	Engine   sim.Engine
	Workers  int // goroutines of the windowed engine
}

// Result is what a flood has cost. Setting up the network is not in the figures.
type Result struct {
	Deliveries uint64        // messages handed to nodes: 2E-(N-1) per broadcast (GSP-6)
	Handled    uint64        // of these, the first at its node: N-1 per broadcast
	Elapsed    time.Duration // of the wall clock
	Allocs     float64       // per delivery, in engine and layers together
	NodeBytes  float64       // memory of a node without its links, layers included, before the flood
	LinkBytes  float64       // memory of a link, both its ends, layers included, before the flood
	Hash       uint64        // of the whole run
}

// Rate is the deliveries per second.
func (r Result) Rate() float64 { return float64(r.Deliveries) / r.Elapsed.Seconds() }

// The phases of a flood.
const (
	ready = 5 * time.Second         // all links are up: a dial and a hello take less than a second
	spell = 1500 * time.Millisecond // a batch has reached everyone
)

// flood is one that is set up: the network, its nodes, and how many messages they have handled.
type flood struct {
	Flood
	net     *sim.Net
	nodes   []gossip.Gossip
	links   int
	handled atomic.Uint64
}

// Run sets up the network, lets it connect and measures the flood. Error: a message did not reach
// everyone, or the simulator's.
func (f Flood) Run(stack chain.Stack) (res Result, err error) {
	net, err := sim.New(sim.Config{Seed: 1, Engine: f.Engine, Workers: f.Workers, Jitter: 10 * time.Millisecond})
	if err != nil {
		return Result{}, err
	}
	run := &flood{Flood: f, net: net, nodes: make([]gossip.Gossip, f.Nodes)}
	peers := graph(f.Nodes)
	empty := heap()
	run.build(stack, peers)
	net.Run(time.Nanosecond) // every node exists, and no link yet
	bare := heap()
	net.Run(ready - time.Millisecond)
	res.NodeBytes = float64(bare-empty) / float64(f.Nodes)
	res.LinkBytes = float64(heap()-bare) / float64(run.links)
	run.measure(&res)
	if want := uint64(f.Messages) * uint64(f.Nodes-1); res.Handled != want {
		return res, fmt.Errorf("simbench: %d first deliveries, want %d", res.Handled, want)
	}
	runtime.KeepAlive(run)
	return res, nil
}

// build adds the nodes and the broadcasts.
func (f *flood) build(stack chain.Stack, peers [][]network.Addr) {
	for i := range f.nodes {
		f.links += len(peers[i])
		f.net.Node(addr(i), func(h network.Host) { f.nodes[i] = f.node(stack, h, i, peers[i], &f.handled) })
	}
	for m := range f.Messages {
		from := m * f.Nodes / f.Messages
		f.net.At(ready+time.Duration(m/batch)*spell, addr(from), func() {
			if err := f.nodes[from].Broadcast(kind, make([]byte, f.Size)); err != nil {
				panic(err)
			}
		})
	}
}

// measure runs the flood, whose links are up.
func (f *flood) measure(res *Result) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	pieces, began := f.net.Stats().Pieces, time.Now()
	f.net.Run(ready + time.Duration((f.Messages+batch-1)/batch)*spell)
	res.Elapsed = time.Since(began)
	runtime.ReadMemStats(&after)
	res.Deliveries, res.Handled, res.Hash = f.net.Stats().Pieces-pieces, f.handled.Load(), f.net.Hash()
	res.Allocs = float64(after.Mallocs-before.Mallocs) / float64(res.Deliveries)
}

// node starts the layers up to gossip on a host. The timers of maintenance are set beyond the run:
// the graph stays as it is, and every event of the measurement is a message.
func (f Flood) node(stack chain.Stack, h network.Host, i int, peers []network.Addr,
	handled *atomic.Uint64) gossip.Gossip {
	net := stack.NewNetwork(h, must(network.Config{Listen: addr(i)}.Complete()))
	msg := stack.NewMessaging(h, net, must(messaging.Config{}.Complete()))
	cfg := p2p.Config{Self: addr(i), Bootstrap: peers, Interval: time.Hour}
	g := stack.NewGossip(h, stack.NewP2P(h, net, msg, must(cfg.Complete())), must(gossip.Config{}.Complete()))
	err := g.Handle(kind, func(network.Addr, []byte) bool {
		handled.Add(1)
		return true
	})
	if err == nil {
		err = g.Start(nil)
	}
	if err != nil {
		panic(fmt.Sprintf("simbench: node %d does not start: %v", i, err))
	}
	return g
}

// graph draws whom each node dials: no node itself, none twice, and no pair both ways.
func graph(nodes int) [][]network.Addr {
	draw := rand.New(rand.NewPCG(1, 1))
	linked := make(map[[2]int]bool, nodes*dials)
	peers := make([][]network.Addr, nodes)
	for i := range peers {
		for len(peers[i]) < min(dials, (nodes-1)/2) {
			j := draw.IntN(nodes)
			if pair := [2]int{min(i, j), max(i, j)}; i != j && !linked[pair] {
				linked[pair] = true
				peers[i] = append(peers[i], addr(j))
			}
		}
	}
	return peers
}

func addr(i int) network.Addr {
	return network.Addr(fmt.Sprintf("10.%d.%d.%d:4000", i>>16, i>>8&255, i&255))
}

// heap is the memory in use, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// must is for configs that are written down here: a fault in one is a slip in this file.
func must[C any](cfg C, err error) C {
	if err != nil {
		panic(err)
	}
	return cfg
}
