package leadertest

import (
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
	"strata/network"
	"strata/scenario"
)

// disks is what happens when disks are slow, full, broken, or not to be believed. The last two are outside of the
// fault model, unless it is one member's and nothing else goes wrong.
func (s suite) disks() []scenario.Scenario {
	disk := func(name, title string, setup func(w scenario.World), rules ...string) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/disk-" + name, Title: title, Step: "leader.2", Rules: rules, For: 40 * second, Provided: true, Setup: setup,
		})
	}
	return []scenario.Scenario{
		disk("slow", "A leader whose disk is slow holds nobody up for long.", s.diskSlow, "LDR-4"),
		disk("stops", "A member whose disk is full or fails stops, and goes on from what is safe when it starts again.", s.diskStops, "LED-9", "LDR-9"),
		disk("lies", "A sync that is true makes safe what others before it only said to be.", s.diskLies, "LDR-9"),
		disk("rots", "A disk that has lost a bit is found out, or it does not matter.", s.diskRots, "LDR-9", "LDR-3"),
	}
}

// writes has a client of each of some members write until then, and again at the end: what was lost with a member
// is submitted once more.
func (c *cluster) writes(n int, until time.Duration, members ...*member) {
	var clients []*client
	for i := range members {
		clients = append(clients, c.client(i))
	}
	for j := range n {
		m, cl := members[j%len(members)], clients[j%len(members)]
		tx := cl.next("key", fmt.Sprint(j), 1)
		at := 2*second + time.Duration(j)*(until-2*second)/time.Duration(n)
		c.w.At(at, m.addr, "submit a transaction", func() { cl.submit(m, tx) })
		c.w.At(until+5*second, m.addr, "submit it again", func() { cl.submit(m, tx) })
	}
}

// strike injects a fault of one member.
func (m *member) strike(f scenario.Fault) {
	f.A = []network.Addr{m.addr}
	m.cluster.w.Inject(f)
}

func (s suite) diskSlow(w scenario.World) {
	c := s.cluster(w, 3)
	slow := c.members[0] // which leads view 0
	slow.strike(scenario.Fault{Kind: scenario.DiskSlow, At: 3 * second, For: 20 * second, By: second + c.until(second)})
	c.writes(20, 12*second, c.members[1:]...)
	replaced := w.Sometimes("a member with a quick disk leads while the leader's is slow")
	w.By(22*second, ldr4GoesOn, func() error {
		quick := c.members[1].ledger
		replaced(quick != nil && quick.Standing().View > 0)
		return c.finalAt(c.members[1:]...)
	})
	w.By(39*second, ldr4GoesOn, c.finalEverywhere)
}

// diskStops has the disk of each member fail in turn, one way or the other, until the operator starts it again.
func (s suite) diskStops(w scenario.World) {
	c := s.cluster(w, 3)
	c.limits.Snapshot = 1 + w.Rand().IntN(10)
	c.writes(40, 26*second, c.members...)
	stopped := w.Sometimes("a member has stopped because of its disk")
	for i, m := range c.members {
		kind := scenario.DiskFail
		if w.Rand().IntN(3) == 0 {
			kind = scenario.DiskFull
		}
		at := time.Duration(4+8*i)*second + c.until(second)
		m.strike(scenario.Fault{Kind: kind, At: at, For: 3 * second})
		m.strike(scenario.Fault{Kind: scenario.Crash, At: at + 4*second, For: second})
		w.At(at+3900*time.Millisecond, m.addr, "look whether it has stopped", func() {
			err := m.ledger.Failure()
			stopped(err != nil)
			if kind == scenario.DiskFail && !errors.Is(err, network.ErrDiskFailed) {
				w.Fail(led9Stops, "expected that member %d stops when a sync fails, got that it goes on (%v)", m.number, err)
			}
		})
	}
	w.By(39*second, ldr9GoesOn, c.finalEverywhere)
}

// diskLies lies for a while, syncs in truth, and crashes.
func (s suite) diskLies(w scenario.World) {
	c := s.cluster(w, 3)
	m := c.members[w.Rand().IntN(3)]
	c.writes(30, 14*second, c.members...)
	m.strike(scenario.Fault{Kind: scenario.DiskLie, At: 4 * second, For: 3 * second})
	crash := 9*second + c.until(second)
	m.strike(scenario.Fault{Kind: scenario.Crash, At: crash, For: second})
	told := uint64(0)
	w.At(crash-second/100, m.addr, "see what it has acknowledged", func() { told = m.ledger.Standing().Acked[m.number] })
	w.At(crash+1100*time.Millisecond, m.addr, "see what is left", func() {
		if m.ledger != nil && m.ledger.Standing().Height < told {
			w.Fail(ldr9GoesOn, "expected the %d blocks that member %d has acknowledged, got a log of %d", told, m.number,
				m.ledger.Standing().Height)
		}
	})
	w.By(39*second, ldr9GoesOn, c.finalEverywhere)
}

// diskRots turns bits over on the disk of one member that does not lead, which then starts again: it may refuse
// to, and so leaves the ledger to the others, but it never has anything else final than they have.
func (s suite) diskRots(w scenario.World) {
	c := s.cluster(w, 3)
	c.limits.Snapshot = 1 + w.Rand().IntN(30)
	c.mayRefuse = func(err error) bool { return errors.Is(err, ledgers.ErrDamaged) || errors.Is(err, ledgers.ErrForeign) }
	m := c.members[1+w.Rand().IntN(2)]
	c.writes(30, 14*second, c.members[0])
	for range 1 + w.Rand().IntN(3) {
		m.strike(scenario.Fault{Kind: scenario.DiskRot, At: 4*second + c.until(6*second)})
	}
	m.strike(scenario.Fault{Kind: scenario.Crash, At: 10*second + c.until(second), For: second})
	refused, unharmed := w.Sometimes("the member has refused to start"), w.Sometimes("the member has started all the same")
	w.By(39*second, ldr3Committed, func() error {
		refused(m.boots > 1 && m.ledger == nil)
		unharmed(m.boots > 1 && m.ledger != nil)
		return c.finalAt(c.members[0], c.members[3-m.number])
	})
}
