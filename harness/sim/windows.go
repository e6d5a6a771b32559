package sim

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
)

// windows is the engine of large networks. A window is no longer than the smallest latency, so
// nothing that one node does in it reaches another before the next: when a window opens, all that
// will come to a node from outside is known, and the nodes can be run one after the other, each
// through the whole window, or on several cores at once.
//
//	outboxes of all workers          shard by shard, whoever is free takes the next
//	[window][shard] -> events  --->  sort by node and time -> run node by node -> outbox
//	                                 ... all shards done: barrier, next window
//
// The order in which shards and nodes run cannot be seen: they share nothing but outboxes, and
// events are sorted by what they are.
type windows struct {
	net       *Net
	bits      int // a window is 1<<bits nanoseconds
	shards    int
	shardBits int             // a shard is 1<<shardBits nodes, that follow one another
	current   int64           // number of the window under way, or of the last one
	limit     int64           // last instant that may run
	ran       int             // windows so far
	together  int             // so many shards are run together in the window under way
	next      atomic.Int64    // the next free worker takes the shards from so many times together on
	wake      []chan struct{} // one for each worker but the first
	busy      sync.WaitGroup  // of those that were woken
}

// A shard has few enough nodes for their streams to stay in a core's cache, and there are enough
// shards for the workers to finish at about the same time.
const (
	maxShardBits    = 10
	shardsPerWorker = 8
)

// togetherEvents is about how many events the shards that are run together have, if one has fewer: what they need of
// memory comes in at once, see Net.touch.
const togetherEvents = 64

// trimEvery is after how many windows what none of them needed is given up.
const trimEvery = 1 << 18

// fewEvents is the size of a window that is not worth waking the other workers.
const fewEvents = 256

func log2(n int64) int { return bits.Len64(uint64(n)) - 1 }

func newWindows(n *Net) *windows {
	return &windows{net: n, bits: log2(int64(n.cfg.MinLatency))}
}

// layOut divides the nodes into shards.
func (w *windows) layOut() {
	nodes := max(1, len(w.net.nodes))
	for w.shardBits = maxShardBits; w.shardBits > 0 && nodes>>w.shardBits < shardsPerWorker*len(w.net.workers); {
		w.shardBits--
	}
	w.shards = (nodes-1)>>w.shardBits + 1
	for _, k := range w.net.workers {
		k.out.lists = make([]chunkList, horizon*w.shards)
		k.starts = make([]int32, 1<<w.shardBits+1)
	}
}

// early adds an event from outside of the nodes.
func (w *windows) early(e event) {
	out := &w.net.workers[0].out
	if w.shards == 0 { // the nodes are not divided into shards yet
		w.putFar(out, &e, nil)
		return
	}
	w.put(out, &e, nil)
}

// emit adds an event that a node has made in the window under way: either its own, or later.
func (w *windows) emit(k *worker, e *event, p *payload) {
	if e.at <= w.limit {
		k.addOwn(e)
		return
	}
	w.put(&k.out, e, p)
}

// run runs window after window up to and including the time.
func (w *windows) run(until int64) {
	stop := w.startWorkers()
	defer stop()
	defer func() {
		for _, k := range w.net.workers {
			k.idle()
		}
	}()
	for !w.net.halted.Load() {
		window, events := w.upcoming(until >> w.bits)
		if events == 0 {
			return
		}
		start := window << w.bits
		w.current = window
		w.net.now = max(w.net.now, start)
		w.limit = min(until, start+(1<<w.bits-1))
		for _, k := range w.net.workers {
			k.out.counts[window%horizon] = 0
		}
		w.runWindow(events)
		w.limit = math.MinInt64
		if w.ran++; w.ran%trimEvery == 0 {
			for _, k := range w.net.workers {
				k.out.trim()
			}
		}
		if until>>w.bits == window {
			return // the rest of this window is for another Run
		}
	}
}

// upcoming is the next window up to last that has events, and how many.
func (w *windows) upcoming(last int64) (window int64, events int) {
	soon := int64(math.MaxInt64)
	for _, k := range w.net.workers {
		soon = min(soon, k.out.far.soon)
	}
	for window = w.current; window <= last && window < min(soon, w.current+horizon); window++ {
		if events = w.events(window); events > 0 {
			return window, events
		}
	}
	if soon > last {
		return 0, 0
	}
	w.current = soon // there is nothing before
	for _, k := range w.net.workers {
		w.refile(&k.out)
	}
	return w.upcoming(last)
}

// events is how many the window has.
func (w *windows) events(window int64) int {
	n := 0
	for _, k := range w.net.workers {
		n += k.out.counts[window%horizon]
	}
	return n
}
