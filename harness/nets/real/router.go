package real

import (
	"cmp"
	"container/heap"
	"math/rand/v2"
	"slices"
	"time"

	"strata/harness/nets/run"
	"strata/scenario"
)

// Router carries IPv4 packets between nodes, as the links of a plan do. It has no clock: all methods are called by one
// goroutine with the time since the start, which never goes back.
//
//	Take --> uplink of the sender --> latency, jitter, faults --> downlink of the receiver --> Due
//
// Packets between two nodes keep their order in each direction.
type Router struct {
	plan   *run.Plan
	loss   float64
	random *rand.Rand
	nodes  map[ip]int
	queue  parcels
	taken  uint64
	last   [][]time.Duration // by sender and receiver: when the newest packet reaches the receiver's downlink
	slow   [][]time.Duration // likewise: when a link that a fault makes slow has room
	up     []time.Duration   // by node: when its uplink has room
	down   []time.Duration
	flows  flows
	parts  []*scenario.Fault // partitions that have not begun, by time
	stats  Stats
}

// Stats are what a router has seen, in packets.
type Stats struct {
	Carried uint64 // to their receivers
	Lost    uint64 // by chance, as Config wants
	Cut     uint64 // by partitions and cuts
	Strange uint64 // for nobody here, or no IPv4
	Bytes   uint64 // carried, with all headers
}

// mostWaiting is how many packets wait at most: some 100 MB of full ones.
const mostWaiting = 70_000

// NewRouter makes the router of a plan. It loses so large a share of the packets, drawn by the seed.
func NewRouter(plan *run.Plan, loss float64, seed uint64) *Router {
	n := len(plan.Addrs)
	r := &Router{plan: plan, loss: loss, random: rand.New(rand.NewPCG(seed, 0x726f75746572)), nodes: map[ip]int{},
		up: make([]time.Duration, n), down: make([]time.Duration, n), flows: flows{}}
	for i, a := range plan.Addrs {
		r.nodes[ipOf(a)] = i
		r.last = append(r.last, make([]time.Duration, n))
		r.slow = append(r.slow, make([]time.Duration, n))
	}
	for i := range plan.Faults {
		if plan.Faults[i].Kind == scenario.Partition {
			r.parts = append(r.parts, &plan.Faults[i])
		}
	}
	slices.SortStableFunc(r.parts, func(a, b *scenario.Fault) int { return cmp.Compare(a.At, b.At) })
	return r
}

// Stats is what the router has seen until now.
func (r *Router) Stats() Stats { return r.stats }

// Take takes a packet that a node sends now. The router owns it from then on.
func (r *Router) Take(now time.Duration, from int, packet []byte) {
	r.part(now)
	to, ok := r.receiver(packet)
	switch {
	case !ok || to == from || len(r.queue) >= mostWaiting:
		r.stats.Strange++
		return
	case r.loss > 0 && r.random.Float64() < r.loss:
		r.stats.Lost++
		return
	}
	if f := r.during(scenario.Partition, now, from, to); f != nil {
		r.refuse(now, from, to, packet)
		return
	}
	if r.during(scenario.Cut, now, from, to) != nil {
		r.stats.Cut++
		return
	}
	r.flows.sent(packet)
	at := through(&r.up[from], now, len(packet), rate(r.plan.Up, from))
	for f := r.during(scenario.Stall, at, from, to); f != nil; f = r.during(scenario.Stall, at, from, to) {
		at = f.At + f.For
	}
	if f := r.during(scenario.Slow, at, from, to); f != nil {
		at = min(through(&r.slow[from][to], at, len(packet), f.Rate), f.At+f.For)
	}
	at += r.plan.Latency[from][to] + r.plan.Jitter(r.random.Uint64())
	if f := r.during(scenario.Delay, at, from, to); f != nil {
		at += f.By
	}
	r.last[from][to] = max(at, r.last[from][to])
	r.add(parcel{at: r.last[from][to], from: from, to: to, packet: packet})
}

// refuse answers a packet that would pass the border of a partition, as a host does at which nobody listens: so the
// connection fails at its sender. A dial takes its round trip.
func (r *Router) refuse(now time.Duration, from, to int, packet []byte) {
	r.stats.Cut++
	if answer, dial := resetFor(packet); answer != nil {
		at := now
		if dial {
			at += 2 * r.plan.Latency[from][to]
		}
		r.add(parcel{at: at, from: to, to: from, packet: answer, through: true})
	}
}

func (r *Router) add(p parcel) {
	r.taken++
	p.number = r.taken
	heap.Push(&r.queue, p)
}

// part breaks connections across each partition that has begun by now.
func (r *Router) part(now time.Duration) {
	for ; len(r.parts) > 0 && r.parts[0].At <= now; r.parts = r.parts[1:] {
		r.sever(r.parts[0])
	}
}

// Next is when Due may have something; false: when Take has had something.
func (r *Router) Next() (at time.Duration, ok bool) {
	if len(r.queue) > 0 {
		at, ok = r.queue[0].at, true
	}
	if len(r.parts) > 0 && (!ok || r.parts[0].At < at) {
		at, ok = r.parts[0].At, true
	}
	return at, ok
}

// Due is a packet that has come to its receiver by now, the earliest first. false: there is none. The packet is the caller's.
func (r *Router) Due(now time.Duration) (to int, packet []byte, ok bool) {
	r.part(now)
	for len(r.queue) > 0 && r.queue[0].at <= now {
		p := heap.Pop(&r.queue).(parcel)
		if !p.through {
			if r.during(scenario.Partition, p.at, p.from, p.to) != nil { // it was on its way when the partition began
				r.stats.Cut++
				continue
			}
			p.at, p.through = through(&r.down[p.to], p.at, len(p.packet), rate(r.plan.Down, p.to)), true
			if p.at > now {
				heap.Push(&r.queue, p)
				continue
			}
		}
		r.flows.delivered(p.packet)
		r.stats.Carried++
		r.stats.Bytes += uint64(len(p.packet))
		return p.to, p.packet, true
	}
	return 0, nil, false
}

// during is a fault of that kind which lies between two nodes at a time, or nil.
func (r *Router) during(kind scenario.FaultKind, at time.Duration, from, to int) *scenario.Fault {
	for i := range r.plan.Faults {
		f := &r.plan.Faults[i]
		if f.Kind == kind && f.At <= at && at < f.At+f.For && between(f, r.plan.Addrs[from], r.plan.Addrs[to]) {
			return f
		}
	}
	return nil
}

// through is when a packet that comes to a line has left it. free is when the line has room; rate is in bytes a second, 0 is
// no bound.
func through(free *time.Duration, at time.Duration, size int, rate int64) time.Duration {
	if rate <= 0 {
		return at
	}
	*free = max(at, *free) + time.Duration(size)*time.Second/time.Duration(rate)
	return *free
}

// rate is a node's line.
func rate(rates []int64, node int) int64 {
	if len(rates) == 0 {
		return 0
	}
	return rates[node]
}

// parcel is a packet on its way.
type parcel struct {
	at       time.Duration // when it is due
	number   uint64        // of those that are due at once the lower goes first
	from, to int
	through  bool // of the downlink: it is due at the receiver itself
	packet   []byte
}

// parcels is a heap, the earliest first.
type parcels []parcel

// Len is heap.Interface's.
func (p parcels) Len() int { return len(p) }

// Less is heap.Interface's.
func (p parcels) Less(i, j int) bool {
	return p[i].at < p[j].at || p[i].at == p[j].at && p[i].number < p[j].number
}

// Swap is heap.Interface's.
func (p parcels) Swap(i, j int) { p[i], p[j] = p[j], p[i] }

// Push is heap.Interface's.
func (p *parcels) Push(x any) { *p = append(*p, x.(parcel)) }

// Pop is heap.Interface's.
func (p *parcels) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	(*p)[last] = parcel{}
	*p = (*p)[:last]
	return x
}
