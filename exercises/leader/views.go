// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

package leader

import (
	"time"

	"strata/ledgers/leader"
	"strata/network"
)

// views is what a member knows of who wants which view, and how patient it is (LDR-4).
type views struct {
	wishes  []heardWish      // by member: its latest
	changes []*leader.Change // by member: its highest
	number  uint64           // of the last own wish
	wished  uint64           // the highest view that this member has wished
	again   time.Time        // when an own wish is repeated
	leaving bool             // an own wish stands

	timeout  time.Duration
	since    time.Time // when the view began, work came, or there was a commit: the latest of them
	leader   time.Time // when the leader was heard last
	hand     time.Time // when what waits is sent to the leader
	handed   int       // how much of it was
	turn     int       // which peer it was sent to last, while no leader is known
	starting bool      // this leader gathers the log that its view begins with
}

type heardWish struct {
	*leader.Wish
	at time.Time
}

// wishHolds is how long a wish counts after it came.
const wishHolds = 3 * time.Second

// wishAgain is how often a wish is repeated.
const wishAgain = time.Second

func (v *views) init(n *node) {
	v.wishes = make([]heardWish, len(n.acks))
	v.changes = make([]*leader.Change, len(n.acks))
	v.timeout = n.cfg.Timeout
}

// restart begins to wait again.
func (v *views) restart(now time.Time) { v.since, v.leader, v.hand = now, now, now.Add(v.timeout/2) }

// work is told that something waits that did not.
func (v *views) work(now time.Time) {
	if v.since.IsZero() {
		v.since = now
	}
}

// progress is told that something was committed: patience is short again.
func (v *views) progress(n *node, now time.Time) {
	v.timeout, v.leaving = n.cfg.Timeout, false
	v.restart(now)
}

// tick hands over what waits, and wishes for another view if there has been no progress.
func (v *views) tick(n *node, now time.Time) {
	if n.pool.Len() > 0 && !now.Before(v.hand) {
		v.hand = now.Add(n.cfg.Timeout)
		n.handOver()
	}
	if !n.member() {
		return
	}
	tip, _ := n.tip()
	working := tip > n.commit || n.pool.Ready(1, n.build.next(n))
	if !working {
		v.since = now
	}
	idle, silent := now.Sub(v.since), now.Sub(v.leader)
	switch {
	case v.leaving && !now.Before(v.again):
		n.wish(max(n.view+1, v.wished))
	case v.leaving:
	case idle > v.timeout, silent > v.timeout && !n.leads():
		n.wish(n.view + 1)
	}
}

// wish tells all that this member wants another view. It is no promise, but it is kept: a member that
// loses its disk is told of it (LDR-11).
func (n *node) wish(view uint64) {
	v := &n.votes
	v.leaving, v.again = true, n.host.Now().Add(wishAgain)
	v.wished, v.number = max(v.wished, view), v.number+1
	w := &leader.Wish{View: view, Number: v.number}
	n.write(leader.RecordWish, uints(w.View, w.Number), func() {
		if n.member() && n.view < w.View {
			n.broadcast(leader.KindWish, w)
			n.heardWish(w)
		}
	})
}

// heardWish counts a wish and says whether it is news. A view that a quorum wishes, or one above it, is
// changed to.
func (n *node) heardWish(w *leader.Wish) (news bool) {
	v := &n.votes
	if last := v.wishes[w.Member].Wish; last != nil && last.Number >= w.Number {
		return false
	}
	now := n.host.Now()
	v.wishes[w.Member] = heardWish{w, now}
	panic(network.NotWritten("leader.4")) // 15 lines in our solution
}

// changeTo leaves all lower views for good: from here on nothing in them is acknowledged. That is a promise,
// and told when it is safe.
func (n *node) changeTo(view uint64) {
	n.enter(view)
	if !n.member() {
		return
	}
	panic(network.NotWritten("leader.4")) // 7 lines in our solution
}

// tellChange tells all where this member's log ends, and which view's log it was last. All of it is safe.
func (n *node) tellChange() {
	c := &leader.Change{View: n.view, LastNormal: n.lastNormal, Commit: n.commit}
	c.Height, c.Hash = n.tip()
	n.broadcast(leader.KindChange, c)
	n.heardChange(c)
}

// enter moves to a view: its timeout is twice that of the last, for as long as nothing is committed.
func (n *node) enter(view uint64) {
	v := &n.votes
	n.view, n.begun, v.starting, v.leaving = view, nil, false, false
	clear(n.early)
	clear(n.acks)
	n.pursuit.drop()
	v.timeout = min(2*v.timeout, n.cfg.MaxTimeout)
	v.restart(n.host.Now())
}

// heardChange keeps a member's word for a view, and says whether it is news. The leader of the view begins
// it with the words of a quorum.
func (n *node) heardChange(c *leader.Change) (news bool) {
	v := &n.votes
	if last := v.changes[c.Member]; c.View < n.view || last != nil && last.View >= c.View {
		return false
	}
	v.changes[c.Member] = c
	n.start()
	return true
}

// start begins the view if this node leads it and a quorum has changed to it. The view begins with the log
// that their words choose; nobody is told of it before that log is here, and safe.
func (n *node) start() {
	if !n.member() || n.normal() || n.votes.starting || n.genesis().Leader(n.view) != n.self {
		return
	}
	panic(network.NotWritten("leader.4")) // 14 lines in our solution
}

// words are the members' words for a view.
func (v *views) words(view uint64) (words []leader.Change) {
	for _, c := range v.changes {
		if c != nil && c.View == view {
			words = append(words, *c)
		}
	}
	return words
}

// heardBegin follows a view that has begun, and says whether it is news: with the proof, which genuine has seen, it
// needs no wishes.
func (n *node) heardBegin(b *leader.Begin) (news bool) {
	if n.knowsBegin(b) {
		return false
	}
	if b.View > n.view {
		n.enter(b.View)
	}
	n.begun = b
	n.follow(b)
	return true
}

// knowsBegin says whether a beginning is of a view that the node has left or knows to have begun.
func (n *node) knowsBegin(b *leader.Begin) bool {
	return b.View < n.view || n.begun != nil && n.begun.View == b.View || b.View == n.view && n.normal() ||
		n.genesis().Leader(b.View) == n.self && !n.lost.on
}

// follow gets the log that a view has begun with, and takes part in the view.
func (n *node) follow(b *leader.Begin) {
	n.pursuit.obtain(n, b.Height, b.Hash, func() {
		if !n.lost.on || n.lost.over(n, b) {
			n.install(b.View, func() { n.takePart(b) })
		}
	})
}

// install makes the log that was obtained, and the view whose log it is, safe in one record.
func (n *node) install(view uint64, then func()) {
	n.replaceLog(n.pursuit.kept, n.pursuit.suffix)
	n.rewrite(leader.RecordInstall, uints(view), n.pursuit.kept, func() {
		n.lastNormal, n.durableView = max(n.lastNormal, view), max(n.durableView, view)
		if n.view == view {
			then()
		}
	})
}

// takePart takes part in a view: it acknowledges the log that the view began with.
func (n *node) takePart(b *leader.Begin) {
	n.viewBegan = b.Height
	n.write(leader.RecordBegin, leader.Encode(b), func() {})
	n.votes.restart(n.host.Now())
	n.acknowledge(b.Height, b.Hash)
	n.count()
	n.propose()
}
