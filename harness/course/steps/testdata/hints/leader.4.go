package leader

import (
	"slices"

	"strata/ledgers/leader"
)

func (n *node) heardWish(w *leader.Wish) (news bool) {
	v := &n.votes
	if last := v.wishes[w.Member].Wish; last != nil && last.Number >= w.Number {
		return false
	}
	now := n.host.Now()
	v.wishes[w.Member] = heardWish{w, now}
	var views []uint64
	for _, other := range v.wishes {
		if other.Wish != nil && now.Sub(other.at) < wishHolds {
			views = append(views, other.View)
		}
	}
	slices.Sort(views)
	slices.Reverse(views)
	quorum := n.genesis().Quorum()
	if len(views) >= quorum && views[quorum-1] > n.view {
		n.changeTo(views[quorum-1])
	}
	return true
}

func (n *node) changeTo(view uint64) {
	n.enter(view)
	if !n.member() {
		return
	}
	n.write(leader.RecordView, uints(view), func() {
		n.durableView = max(n.durableView, view)
		if n.view == view && !n.normal() && n.member() {
			n.tellChange()
		}
	})
}

func (n *node) start() {
	if !n.member() || n.normal() || n.votes.starting || n.genesis().Leader(n.view) != n.self {
		return
	}
	view := n.view
	words := n.votes.words(view)
	if len(words) < n.genesis().Quorum() {
		return
	}
	n.votes.starting = true
	best := leader.Best(words)
	n.pursuit.obtain(n, best.Height, best.Hash, func() {
		n.install(view, func() {
			b := &leader.Begin{View: view, Height: best.Height, Hash: best.Hash, Changes: words}
			n.broadcast(leader.KindBegin, b)
			n.begun = b
			n.takePart(b)
		})
	})
}
