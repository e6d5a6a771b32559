package sim

import (
	"fmt"
	"time"

	"strata/harness/sim/splitmix"
	"strata/network"
)

// Process says how long a node stays, and how long it is away, in turns: number counts them from 0, those
// that are even are stays, and draw is a random number of each one's own. It is a pure function, called on
// several goroutines.
type Process func(number uint64, draw uint64) time.Duration

// churn is a node that comes and goes.
type churn struct {
	process Process
	key     uint64
	turn    uint64 // the stay or absence under way
}

// Churn has the node at the address come and go. It begins with a stay, and keeps its disk. Each stay and
// absence is drawn for that node and number: what one node does changes no other. Faults that take it down
// meanwhile do so as well; it is there when both let it. Before the first Run only.
func (n *Net) Churn(at network.Addr, process Process) {
	nd := n.byAddr[at]
	if n.started || nd == nil {
		panic(fmt.Sprintf("sim: churn of %s", at))
	}
	nd.ensureOdd().churn = &churn{process: process, key: splitmix.Key(purposeChurn, nd.key)}
}

// The order of the events of churn among the faults of a node: after all of them.
const orderChurn = classFault | 1<<61

// churns queues the end of the first stay of each node that comes and goes.
func (n *Net) churns() {
	for _, nd := range n.nodes {
		if nd.odd != nil && nd.odd.churn != nil {
			n.queue(event{at: nd.odd.churn.next(0), order: orderChurn, node: nd.index})
		}
	}
}

// next is when the turn under way, which began then, is over.
func (c *churn) next(began int64) int64 {
	d := int64(c.process(c.turn, drawn(c.key, c.turn)))
	return began + min(max(1, d), int64(maxDelay))
}

// byChurn is why a node is down that is away.
const byChurn int32 = -3

// turns ends a stay or an absence.
func (nd *node) turns() bool {
	c := nd.odd.churn
	c.turn++
	nd.emit(&event{at: c.next(nd.worker.now), order: orderChurn, node: nd.index}, nil)
	if c.turn%2 == 0 {
		nd.worker.stats.came++
		return nd.wake(byChurn)
	}
	if nd.host != nil {
		nd.worker.stats.went++
		nd.wiped = false
		nd.stop(byChurn)
	}
	return false
}
