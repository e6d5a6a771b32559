package explore

import (
	"cmp"
	"slices"

	"strata/harness/sim"
	"strata/harness/sim/disk"
	"strata/harness/sim/splitmix"
	"strata/network"
)

// node is a node that runs: the student's code on a host of ours. It keeps what local keeps of it
// in a form that can be run.
type node struct {
	w     *world
	index int
	addr  network.Addr
	boot  func(network.Host)
	host  *host // nil before the first boot

	disk    *disk.Disk // nil: it has not asked for it
	clock   int64
	streams []*stream // by key
	timers  []*pending
	soon    []uint32 // timers that run right after the callback under way
	last    uint32   // number of the last timer
	life    uint64
	worked  uint32
	crashes uint8
	resets  uint8
	shows   []func() string // how the scenario describes the node
	handed  []handed
}

// pending is a timer that is set.
type pending struct {
	timer
	f func()
}

// stream finds an end.
func (n *node) stream(key endKey) *stream {
	for _, s := range n.streams {
		if s.key == key {
			return s
		}
	}
	return nil
}

// add makes an end.
func (n *node) add(key endKey, state endState) *stream {
	s := &stream{n: n, end: end{key: key, state: state}}
	at, _ := slices.BinarySearchFunc(n.streams, key, func(s *stream, key endKey) int { return cmp.Compare(s.key, key) })
	n.streams = slices.Insert(n.streams, at, s)
	return s
}

// happen has the event happen. It says whether it could: the node's code may have done something
// else than the last time that all the same had happened to it.
func (n *node) happen(e event) bool {
	switch e.kind {
	case evBoot:
		n.start()
	case evItem:
		return n.arrive(e)
	case evRefuse:
		s := n.stream(e.end)
		if s == nil || s.state != dialing {
			return false
		}
		s.fail(sim.TraceRefuse, network.ErrRefused)
	case evTimer:
		return n.runTimer(e.ref)
	case evWork:
		return n.doWork()
	case evReset:
		s := n.stream(e.end)
		if s == nil || s.state != open {
			return false
		}
		n.resets++
		s.send(item{kind: itemReset})
		s.fail(sim.TraceReset, network.ErrReset)
	case evCrash:
		n.crash()
	}
	n.settle()
	return true
}

// start boots the node.
func (n *node) start() {
	n.life++
	n.host = &host{n: n, source: splitmix.Source(splitmix.Key(n.w.e.opt.Seed, uint64(n.index), n.life))}
	n.trace(sim.TraceEvent{Kind: sim.TraceBoot})
	n.boot(n.host)
}

// crash takes everything from the node, and boots it again. Its peers will hear of it.
func (n *node) crash() {
	n.crashes++
	n.trace(sim.TraceEvent{Kind: sim.TraceCrash})
	for _, s := range n.streams {
		if s.state != ended {
			s.send(item{kind: itemReset})
			s.forget()
		}
	}
	n.timers, n.soon = nil, nil
	n.crashDisk()
	n.start()
}

// settle runs what After(0) has queued, and what that queues.
func (n *node) settle() {
	for i := 0; i < len(n.soon); i++ {
		if p := n.take(n.soon[i]); p != nil {
			p.f()
		}
	}
	n.soon = n.soon[:0]
}

// take removes a timer; nil if it is not set.
func (n *node) take(number uint32) *pending {
	i := slices.IndexFunc(n.timers, func(p *pending) bool { return p.number == number })
	if i < 0 {
		return nil
	}
	p := n.timers[i]
	n.timers = slices.Delete(n.timers, i, i+1)
	return p
}

func (n *node) runTimer(number uint32) bool {
	p := n.take(number)
	if p == nil {
		return false
	}
	n.clock = max(n.clock, p.at)
	n.trace(sim.TraceEvent{Kind: sim.TraceTimer, Timer: uint64(number)})
	p.f()
	n.settle()
	return true
}

func (n *node) doWork() bool {
	items := n.w.work[n.index]
	if int(n.worked) >= len(items) {
		return false
	}
	job := items[n.worked]
	n.worked++
	n.clock = max(n.clock, int64(job.at))
	n.trace(sim.TraceEvent{Kind: sim.TraceWork, Text: job.what})
	job.do()
	n.settle()
	return true
}

// snapshot is what there is to know of the node now.
func (n *node) snapshot() *local {
	l := &local{clock: n.clock, worked: n.worked, crashes: n.crashes, resets: n.resets, next: never}
	l.ends = make([]end, len(n.streams))
	for i, s := range n.streams {
		l.ends[i] = s.end
		l.ends[i].log = slices.Clip(s.log)
	}
	if len(n.timers) > 0 {
		l.timers = make([]timer, len(n.timers))
		for i, p := range n.timers {
			l.timers[i] = p.timer
		}
		slices.SortFunc(l.timers, func(a, b timer) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.number, b.number))
		})
		l.next = l.timers[0].at
	}
	if items := n.w.work[n.index]; int(n.worked) < len(items) {
		l.next = min(l.next, int64(items[n.worked].at))
	}
	return l
}
