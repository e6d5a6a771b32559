package sim

import (
	"math"
	"strata/harness/sim/splitmix"
	"time"
)

// Rekey gives a run another future: up to At everything is as without it; what is drawn from At
// on (the delay and the cuts of pieces sent, the nodes' own numbers) depends on Seed as well.
// Latencies of links stay: they are the place, not what happens there.
type Rekey struct {
	At   time.Duration
	Seed uint64 // 0: off
}

// split is what the network looks up: from when on, and what is mixed into each key.
func (r Rekey) split() (at int64, salt uint64) {
	if r.Seed == 0 {
		return math.MaxInt64, 0
	}
	return int64(r.At), splitmix.Key(purposeRekey, r.Seed)
}

// salt is mixed into the key of whatever is drawn at the node now.
func (nd *node) salt() uint64 {
	if nd.worker.now < nd.net.rekeyAt {
		return 0
	}
	return nd.net.rekeySalt
}
