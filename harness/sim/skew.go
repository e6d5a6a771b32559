package sim

import (
	"cmp"
	"slices"
)

// skew tells the nodes about a skew of their clocks.
func (n *Net) skew(f *fault) {
	for _, i := range f.a {
		o := n.nodes[i].ensureOdd()
		o.skews = append(o.skews, f)
		slices.SortStableFunc(o.skews, func(a, b *fault) int { return cmp.Compare(a.at, b.at) })
	}
}

// clock is what the node's clock shows at t. It never goes back: a jump stays, and so does what
// the clock has gained or lost by running fast or slow. Of two skews at once the later begins when
// the earlier is over.
func (nd *node) clock(t int64) int64 {
	if nd.odd != nil {
		for _, f := range nd.odd.skews {
			if f.at <= t {
				nd.fire(f)
			}
		}
	}
	return nd.reading(t)
}

// reading is clock, for whoever only asks.
func (nd *node) reading(t int64) int64 {
	if nd.odd == nil {
		return t
	}
	shown, from := t, int64(0)
	for _, f := range nd.odd.skews {
		if f.at > t {
			break
		}
		shown += f.by
		if begin, end := max(f.at, from), min(f.until, t); begin < end {
			shown += (end - begin) / million * f.rate
			shown += (end - begin) % million * f.rate / million
			from = end
		}
	}
	return shown
}

// due says when d has passed on the node's clock. A jump is time that has passed, also for a timer that
// was set before it, and a clock that runs slow makes timers late.
func (nd *node) due(d int64) int64 {
	now := nd.worker.now
	if nd.odd == nil || len(nd.odd.skews) == 0 || d > int64(maxDelay) {
		return now + d
	}
	late, last := now, nd.reading(now)+d
	for _, f := range nd.odd.skews {
		late = max(late, f.at, f.until)
	}
	// The clock never goes back, and from late on it runs as it should.
	early := now
	late += d
	for early < late {
		if middle := early + (late-early)/2; nd.reading(middle) >= last {
			late = middle
		} else {
			early = middle + 1
		}
	}
	if late != now+d {
		for _, f := range nd.odd.skews {
			if f.at <= late && (f.at > now || f.until > now) {
				nd.fire(f)
			}
		}
	}
	return late
}
