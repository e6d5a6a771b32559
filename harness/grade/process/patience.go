package process

import (
	"time"

	"strata/harness/grade/cputime"
)

// look is how often one who waits looks at what it waits for.
const look = 250 * time.Millisecond

// patience is how long to wait for a child. It counts the processor time of the child where that can be
// known; and the time in which this process was awake to look, since a machine that stood still proves
// nothing, nor does one that has much else to do.
type patience struct {
	allowed time.Duration // processor time

	awake time.Duration
	last  time.Time
	first time.Duration // the child's processor time when it was first looked at
	known bool
}

// newPatience is for a child that may use so much processor time.
func newPatience(allowed time.Duration) *patience {
	return &patience{allowed: allowed, last: time.Now(), first: -1}
}

// awakeTime is what a child may take that says nothing, by what it may take of a processor: many children may
// share one.
func awakeTime(allowed time.Duration) time.Duration { return 10*allowed + 20*time.Second }

// over looks at the child once more, and says whether it had time enough.
func (p *patience) over(pid int) bool {
	now := time.Now()
	p.awake += min(now.Sub(p.last), 2*look)
	p.last = now
	used, known := cputime.Of(pid)
	if p.first < 0 {
		p.first, p.known = used, known
	}
	if p.known && known && used-p.first > p.allowed {
		return true
	}
	return p.awake > awakeTime(p.allowed)
}
