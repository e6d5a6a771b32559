package process

import "time"

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
	used  func() (time.Duration, bool) // the child's processor time so far, and whether it is known
}

// newPatience is for a child that may use so much processor time from now on.
func newPatience(allowed time.Duration, used func() (time.Duration, bool)) *patience {
	return &patience{allowed: allowed, used: used, last: time.Now(), first: -1}
}

// awakeTime is what a child may take that says nothing, by what it may take of a processor: many children may
// share one.
func awakeTime(allowed time.Duration) time.Duration { return 10*allowed + 20*time.Second }

// until waits for one of the channels to close; false means that the child had time enough, and none did.
func (p *patience) until(closed, or <-chan struct{}) bool {
	timer := time.NewTicker(look)
	defer timer.Stop()
	for {
		select {
		case <-closed:
			return true
		case <-or:
			return true
		case <-timer.C:
			if p.over() {
				return false
			}
		}
	}
}

// over looks at the child once more, and says whether it had time enough.
func (p *patience) over() bool {
	now := time.Now()
	p.awake += min(now.Sub(p.last), 2*look)
	p.last = now
	used, known := p.used()
	if p.first < 0 {
		p.first, p.known = used, known
	}
	if p.known && known && used-p.first > p.allowed {
		return true
	}
	return p.awake > awakeTime(p.allowed)
}
