package sim

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"strata/harness/sim/splitmix"
	"strata/network"
	"strata/scenario"
)

// Net is a simulated network. It is set up, by Node, At and Inject, and then run. All methods are
// called on one goroutine, also from the nodes' callbacks; under Windows only Now and Halt may be
// called from there.
type Net struct {
	cfg     Config
	watched bool // payloads are traced or checked
	nodes   []*node
	byAddr  map[network.Addr]*node
	stores  []*storage // by node; nil: it has not asked for its disk yet
	work    []workItem
	faults  []*fault
	stalls  spans // those of faults that are stalls
	splits  spans // those that are partitions
	cuts    spans
	delays  spans
	slows   spans
	pauses  spans
	disks   spans // of all kinds that last
	uneven  bool  // there are stalls, cuts, delays, slow links or pipes
	piped   bool  // there are nodes with pipes
	still   bool  // there is no jitter

	rekeyAt   int64  // from then on
	rekeySalt uint64 // is mixed into what is drawn

	workers []*worker
	now     int64
	started bool // faults and boots are queued; nodes are fixed
	running bool
	halted  atomic.Bool

	ordered *ordered // nil without Config.Order
	total   radixHeap
	slab    slab     // of total
	windows *windows // nil under TotalOrder
	spare   *spare   // nil under Windows
}

// written remembers the checksum of the last body written, for a broadcast writes one body to
// many streams in one callback.
type written struct {
	first *byte
	size  int
	sum   uint64
}

// New makes a network without nodes. The error lists every fault of the config.
func New(cfg Config) (*Net, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	n := &Net{cfg: cfg, watched: cfg.Trace != nil || cfg.CheckPayloads, byAddr: map[network.Addr]*node{}}
	n.still = cfg.Jitter == 0 && cfg.Place == nil
	n.rekeyAt, n.rekeySalt = cfg.Rekey.split()
	if cfg.Order != nil {
		n.ordered = newOrdered(n, *cfg.Order)
	}
	if cfg.Engine == TotalOrder {
		cfg.Workers = 1
		n.spare = spared()
		n.total, n.slab = n.spare.total, n.spare.slab
		n.total.floor = -1
		n.total.narrow = log2(int64(cfg.MinLatency))
	} else {
		n.windows = newWindows(n)
	}
	for i := range cfg.Workers {
		k := &worker{net: n, number: i}
		if n.windows != nil {
			k.out.far = newWheels()
		}
		n.workers = append(n.workers, k)
	}
	return n, nil
}

// Node adds a node that is reached at addr. boot makes what runs on it: at 0, or when a Join
// fault says so, and again after each crash, on a new host each time. Before the first Run only,
// and once for each address.
func (n *Net) Node(addr network.Addr, boot func(network.Host)) {
	if n.started {
		panic("sim: Node after Run")
	}
	if n.byAddr[addr] != nil {
		panic(fmt.Sprintf("sim: two nodes at %s", addr))
	}
	if len(n.nodes) == maxNodes {
		panic(fmt.Sprintf("sim: more than %d nodes", maxNodes))
	}
	nd := &node{net: n, index: int32(len(n.nodes)), addr: addr, boot: boot, downBy: unborn}
	nd.key = splitmix.Key(n.cfg.Seed, purposeNode, sum([]byte(addr)))
	n.nodes = append(n.nodes, nd)
	n.stores = append(n.stores, nil)
	n.byAddr[addr] = nd
}

// workItem is what At was given, and how it is said.
type workItem struct {
	text string
	do   func()
}

// At runs f on the node's loop at t after the start. If the node is down then, nothing is done; a
// t that is past means now. Under Windows it may not be called during Run.
func (n *Net) At(t time.Duration, at network.Addr, f func()) { n.Work(t, at, "", f) }

// Work is At for work that traces and lists of what may come next say in words.
func (n *Net) Work(t time.Duration, at network.Addr, text string, f func()) {
	nd := n.byAddr[at]
	if nd == nil {
		panic(fmt.Sprintf("sim: At for %s: no such node", at))
	}
	if n.running && n.windows != nil {
		panic("sim: At during Run under Windows")
	}
	n.work = append(n.work, workItem{text, f})
	i := len(n.work) - 1
	n.queue(event{at: max(int64(t), n.now), order: classWork | uint64(i), node: nd.index, ref: uint32(i)})
}

// Run does everything that is to happen up to and including that time after the start, or until
// Halt. It may be called again with a later time. A panic of a node's code comes out of it: under
// Windows with several workers as a *PanicError, else as it is.
func (n *Net) Run(until time.Duration) {
	n.start()
	n.running = true
	defer func() { n.running = false }()
	n.halted.Store(false)
	switch {
	case n.windows != nil:
		n.windows.run(int64(until))
	case n.ordered != nil:
		n.ordered.run(int64(until))
	default:
		n.runTotal(int64(until))
	}
	if !n.halted.Load() {
		n.now = max(n.now, int64(until))
		for _, k := range n.workers {
			k.now = n.now
		}
	}
}

// start queues, once, the boots and the faults.
func (n *Net) start() {
	if n.started {
		return
	}
	n.started = true
	n.largePages()
	if n.windows != nil {
		n.windows.layOut()
	}
	for _, nd := range n.nodes {
		nd.worker = n.workers[0]
		nd.downBy = bootAtStart
	}
	n.queueFaults()
	n.churns()
	for _, nd := range n.nodes {
		if nd.downBy == bootAtStart {
			n.queue(event{order: classFault | orderBoot, node: nd.index})
		}
	}
}

// queue adds an event from outside of the nodes.
func (n *Net) queue(e event) {
	switch {
	case n.windows != nil:
		n.windows.early(e)
	case n.ordered != nil:
		n.ordered.emit(&e)
	default:
		n.total.push(e)
	}
}

// Halt makes Run return after the event under way, under Windows after the window under way.
func (n *Net) Halt() { n.halted.Store(true) }

// Now is the time since the start: that of the event under way, or that up to which Run came.
// Under Windows, during Run, it is the start of the window under way.
func (n *Net) Now() time.Duration { return time.Duration(n.now) }

// Hash folds everything that has happened at every node into one number. Runs with one hash had,
// as good as certain, the same history.
func (n *Net) Hash() uint64 {
	var h uint64
	for _, nd := range n.nodes {
		h += splitmix.Fold(purposeHistory, nd.key, nd.history())
	}
	return h
}

// History folds everything that has happened at one node: each callback with its time, and the
// bytes that the node wrote.
func (n *Net) History(addr network.Addr) uint64 {
	if nd := n.byAddr[addr]; nd != nil {
		return nd.history()
	}
	return 0
}

// Usage is what the node's host has open.
func (n *Net) Usage(addr network.Addr) scenario.Usage {
	nd := n.byAddr[addr]
	if nd == nil || nd.host == nil {
		return scenario.Usage{}
	}
	u := scenario.Usage{Streams: nd.open, Dials: nd.dialing, Timers: nd.timers.set}
	if st := n.stores[nd.index]; st != nil {
		u.Timers -= st.pending
	}
	if nd.host.listening != nil {
		u.Listeners = 1
	}
	return u
}

// Key is that of whoever is reached at the address.
func (n *Net) Key(addr network.Addr) network.PublicKey {
	return identity{private: privateKey(n.cfg.Seed, addr)}.Key()
}

// Wiped says whether the last crash of the node took its disk.
func (n *Net) Wiped(addr network.Addr) bool {
	nd := n.byAddr[addr]
	return nd != nil && nd.wiped
}

// Addrs lists the nodes in the order in which they were added.
func (n *Net) Addrs() []network.Addr {
	var addrs []network.Addr
	for _, nd := range n.nodes {
		addrs = append(addrs, nd.addr)
	}
	return slices.Clip(addrs)
}
