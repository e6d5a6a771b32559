// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

package leader

import (
	"time"

	"strata/ledgers/leader"
)

// reads are the latest reads that wait for a quorum (LDR-10).
type reads struct {
	waiting []*read
	here    []uint64 // by member: the highest beat of this view that it has answered
	view    uint64   // of here
}

type read struct {
	key    []byte
	beat   uint64 // a quorum must answer this beat or a later one
	commit uint64 // what was committed when it came
	view   uint64
	until  time.Time
	done   func(leader.Value, error)
}

// readTimeout is how long a latest read waits.
const readTimeout = 2 * time.Second

// Read is leader.Leader's.
func (n *node) Read(key []byte, latest bool, done func(leader.Value, error)) {
	answer := func(err error) {
		n.host.After(0, func() { done(n.value(key), err) })
	}
	switch {
	case !latest:
		answer(nil)
	case !n.leads():
		answer(leader.ErrNotLeader)
	default:
		n.beats.ask = true
		r := &read{key: key, beat: n.beats.number + 1, commit: max(n.commit, n.viewBegan), view: n.view, until: n.host.Now().Add(readTimeout), done: done}
		n.reads.waiting = append(n.reads.waiting, r)
		n.beats.tick(n, n.host.Now())
		n.heardHere(&leader.Here{Signed: leader.Signed{Member: n.self}, View: n.view, Number: n.beats.number})
	}
}

func (n *node) value(key []byte) leader.Value {
	value, ok := n.state.Value(key)
	return leader.Value{Bytes: value, Found: ok, At: n.state.Height}
}

// heardHere is told that a member is still in the view, and says whether it is news.
func (n *node) heardHere(h *leader.Here) (news bool) {
	r := &n.reads
	if h.View != n.view {
		return false
	}
	if r.view != n.view || r.here == nil {
		r.view, r.here = n.view, make([]uint64, len(n.acks))
	}
	if h.Number <= r.here[h.Member] {
		return false
	}
	r.here[h.Member] = h.Number
	r.tick(n, n.host.Now())
	return true
}

// tick answers the reads whose quorum is there, and those that have waited too long.
func (r *reads) tick(n *node, now time.Time) {
	var rest []*read
	waiting := r.waiting
	r.waiting = nil
	for _, q := range waiting {
		switch {
		case q.view != n.view || !n.leads():
			q.done(leader.Value{}, leader.ErrNotLeader)
		case r.quorum(n, q.beat) && n.state.Height >= q.commit:
			q.done(n.value(q.key), nil)
		case !now.Before(q.until):
			q.done(leader.Value{}, leader.ErrTimeout)
		default:
			rest = append(rest, q)
		}
	}
	r.waiting = append(rest, r.waiting...)
}

// quorum says whether enough members have answered the beat or a later one.
func (r *reads) quorum(n *node, beat uint64) bool {
	count := 0
	for _, number := range r.here {
		if r.view == n.view && number >= beat {
			count++
		}
	}
	return count >= n.genesis().Quorum()
}
