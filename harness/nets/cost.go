package nets

import (
	"time"

	"strata/harness/nets/spec"
)

// Cost is about what runs take: events, time on one core of the machine at hand, memory of one run.
type Cost struct {
	Runs    int
	Events  float64
	Time    time.Duration // of one core
	Largest int64         // bytes of the largest run
}

// What events and nodes cost here, about: measured with whole nodes on a core of 2.5 GHz. It is good for orders of
// magnitude.
const (
	eventsPerSecond = 500_000
	newBlock        = 25e-6 // seconds a block is worth at each node
	verification    = 60e-6 // seconds that a signature takes
	nodeBytes       = 24_000
	linkBytes       = 2_500
)

// Estimate is the cost of the whole experiment.
func (e *Experiment) Estimate() Cost {
	var c Cost
	most := min(e.Points.Len(), 2000)
	for i := range most {
		s := e.Points.At(i * e.Points.Len() / most).Spec.Complete()
		one := estimate(s)
		c.Runs += s.Run.Seeds
		c.Events += one.Events * float64(s.Run.Seeds)
		c.Time += one.Time * time.Duration(s.Run.Seeds)
		c.Largest = max(c.Largest, one.Largest)
	}
	factor := float64(e.Points.Len()) / float64(most)
	c.Runs = int(float64(c.Runs)*factor + 0.5)
	c.Events *= factor
	c.Time = time.Duration(float64(c.Time) * factor)
	return c
}

// estimate is the cost of one run.
func estimate(s spec.Spec) (c Cost) {
	n := float64(s.Network.Nodes)
	edges := float64(s.Network.Graph().Edges())
	flood := 2*edges - n + 1
	seconds := max(s.Run.For.Seconds(), s.Run.Until.Seconds())
	c.Largest = int64(n*nodeBytes + edges*linkBytes)
	work := 0.0
	switch s.Run.Protocol {
	case "graph":
		c.Largest = int64(n*8 + edges*32)
		c.Events, work = edges, edges*2e-6*min(n, 4000)/10
	case "chain":
		blocks := float64(s.Run.Blocks)
		if seconds > 0 {
			blocks = seconds / s.Miners.Interval.Seconds()
		} else {
			seconds = blocks * s.Miners.Interval.Seconds()
		}
		upkeep := n * seconds * (2/s.Network.Maintenance.Seconds() + 1./60)
		c.Events = blocks*(1+s.Traffic.Transactions)*flood + upkeep + edges*12
		work = blocks * n * newBlock * (1 + s.Traffic.Transactions/4)
	case "ledger":
		// Of each payment so many messages reach everybody: votes of all members, twice, are most of them.
		spread := float64(s.Payments()) * flood * (2*float64(s.Ledger.MembersOf(s.Network.Nodes)) + 1)
		c.Events = spread + edges*(12+4*(seconds+s.Run.Settle.Seconds()))
		work = float64(s.Payments()) * n * 2 * float64(s.Ledger.MembersOf(s.Network.Nodes)) * verification
	case "flood":
		c.Events = float64(s.Traffic.Messages)*flood + edges*12
	default:
		c.Events = float64(s.Traffic.Messages) * n * 5 * float64(max(1, s.Traffic.Fanout))
	}
	c.Runs = 1
	c.Time = time.Duration((c.Events/eventsPerSecond + work) * float64(time.Second))
	return c
}
