package spec

import (
	"cmp"
	"time"

	"strata/ledgers"
)

// MaxPayments is how many payments one run may have: each node remembers when each of them was final.
const MaxPayments = 20_000

// Faulty is how many of n members the ledger can lose and go on: fewer than half where members crash and do nothing worse,
// else fewer than a third.
func (l Ledger) Faulty(n int) int {
	if l.Kind == "leader" {
		return (n - 1) / 2
	}
	return (n - 1) / 3
}

// MembersOf is how many of so many nodes are members.
func (l Ledger) MembersOf(nodes int) int {
	return min(nodes, cmp.Or(l.Members, ledgers.MaxMembers))
}

// Struck is how many of n members crash.
func (l Ledger) Struck(n int) int {
	switch l.Trouble.Kind {
	case "crash":
		return cmp.Or(l.Trouble.Crashes, l.Faulty(n))
	case "crash-beyond":
		return l.Faulty(n) + 1
	}
	return 0
}

// Passes says whether the trouble begins and ends; else it is there all the time, or there is none.
func (t Trouble) Passes() bool {
	return t.Kind == "crash" || t.Kind == "crash-beyond" || t.Kind == "partition"
}

// End is when a trouble that passes is over.
func (t Trouble) End() time.Duration { return t.At.Duration + t.For.Duration }

// Payments is how many payments a complete experiment makes.
func (s *Spec) Payments() int {
	return int((s.Run.For.Duration - s.Run.Warmup.Duration).Seconds() * s.Ledger.Rate)
}

func (s *Spec) completeLedger() {
	if s.Run.Protocol != "ledger" {
		return
	}
	l := &s.Ledger
	l.Members = l.MembersOf(s.Network.Nodes)
	l.Clients, l.Rate = cmp.Or(l.Clients, 8), cmp.Or(l.Rate, 1)
	l.Trouble.Kind = cmp.Or(l.Trouble.Kind, "none")
	l.Retry.Duration = cmp.Or(l.Retry.Duration, 5*time.Second)
	interval := 4 * time.Second
	if l.Kind == "causal" {
		interval = time.Second
	}
	l.Interval.Duration = cmp.Or(l.Interval.Duration, interval)
	s.Network.Maintenance.Duration = cmp.Or(s.Network.Maintenance.Duration, time.Second)
	s.Run.Warmup.Duration = cmp.Or(s.Run.Warmup.Duration, 10*time.Second)
}

// ledger says what a run of a ledger lacks, and what cannot be.
func (c *checker) ledger() {
	l, full := c.Ledger, c.Complete()
	kinds := "want work, leader, validators, lattice or causal"
	c.refuse(l.Kind == "" && !c.varies("ledger.kind"), "ledger.kind", "missing: which ledger? %s", kinds)
	c.refuse(c.Network.Nodes == 1, "network.nodes", "want two or more")
	c.refuse(l.Members > c.Network.Nodes && c.Network.Nodes > 0, "ledger.members", "%d members, and %d nodes for them: want fewer, or more nodes", l.Members, c.Network.Nodes)
	c.refuse(c.Run.For.Duration == 0, "run.for", "missing: until when do clients pay?")
	c.refuse(c.Run.For.Duration > 0 && full.Run.For.Duration <= full.Run.Warmup.Duration, "run.for",
		"%v: clients pay from the end of the warmup, %v, on: want more", full.Run.For, full.Run.Warmup)
	c.refuse(l.Rate < 0, "ledger.payments_per_second", "%v: want more than 0", l.Rate)
	c.refuse(full.Payments() > MaxPayments, "ledger.payments_per_second", "%d payments until %v: want %d at most", full.Payments(), full.Run.For, MaxPayments)
	c.refuse(l.Retry.Duration > 0 && l.Retry.Duration < 100*time.Millisecond, "ledger.retry", "%v: want 100ms or more", l.Retry)
	c.refuse(l.Interval.Duration > 0 && l.Interval.Duration < 10*time.Millisecond, "ledger.interval", "%v: want 10ms or more", l.Interval)
	c.trouble(full)
}

// trouble says what cannot go wrong.
func (c *checker) trouble(full Spec) {
	l, n := full.Ledger, full.Ledger.Members
	t, paid := l.Trouble, full.Run.For.Duration
	const path = "ledger.trouble."
	c.refuse(c.Ledger.Trouble.Kind == "" && c.Ledger.Trouble != Trouble{} && !c.varies(path+"kind"), path+"kind", "missing: what goes wrong?")
	if t.Passes() {
		c.refuse(t.At.Duration == 0, path+"at", "missing: when does it begin?")
		c.refuse(t.For.Duration == 0, path+"for", "missing: for how long?")
		c.refuse(t.At.Duration > 0 && t.At.Duration < full.Run.Warmup.Duration, path+"at", "%v: want it after the warmup, %v", t.At, full.Run.Warmup)
		c.refuse(t.End() > paid, path+"for", "%v: it would end at %v, after the last payment at %v: want it to end before", t.For, t.End(), paid)
	}
	if l.Kind == "" || n == 0 {
		return
	}
	c.refuse(t.Kind == "crash" && l.Struck(n) == 0, path+"kind", "%d members of %s can lose none: want more nodes, or crash-beyond", n, l.Kind)
	c.refuse(l.Struck(n) > n, path+"crashes", "%d: there are %d members", l.Struck(n), n)
	c.refuse(l.Struck(n) >= full.Network.Nodes, path+"crashes", "%d: nobody is left whom a client can ask: want %d at most", l.Struck(n), full.Network.Nodes-1)
}

// varies says whether a key is one that the experiment varies.
func (c *checker) varies(key string) bool {
	for _, a := range c.axes {
		if a.Key == key {
			return true
		}
	}
	return false
}
