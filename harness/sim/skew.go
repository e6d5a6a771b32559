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
	if nd.odd == nil {
		return t
	}
	shown, from := t, int64(0)
	for _, f := range nd.odd.skews {
		if f.at > t {
			break
		}
		nd.fire(f)
		shown += f.by
		if begin, end := max(f.at, from), min(f.until, t); begin < end {
			shown += (end - begin) / million * f.rate
			shown += (end - begin) % million * f.rate / million
			from = end
		}
	}
	return shown
}

// due says when d has passed on the node's clock, jumps not counted: a timer waits for as long as
// the clock says.
func (nd *node) due(d int64) int64 {
	t := nd.lane.now
	if nd.odd == nil {
		return t + d
	}
	var round int64 // what the clock may lose by rounding: no timer is early
	for _, f := range nd.odd.skews {
		if f.until <= t || f.rate == 0 {
			continue
		}
		if straight := max(0, f.at-t); d <= straight {
			break
		} else {
			d -= straight
			t += straight
		}
		nd.fire(f)
		round = 1
		pace := million + f.rate
		within := scaled(d, million, pace)
		if t+within <= f.until {
			return t + within + round
		}
		d -= scaled(f.until-t, pace, million)
		t = f.until
	}
	return t + max(0, d) + round
}
