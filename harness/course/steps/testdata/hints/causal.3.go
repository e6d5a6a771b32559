package causal

import (
	"slices"

	"strata/ledgers/causal"
	"strata/network"
)

func (n *node) make(ops []causal.Op) *causal.Update {
	heads := n.Heads()
	at := func(id causal.ID) place { return place{causal.ElementID{Update: id}, n.ancestry.Depth(id)} }
	slices.SortFunc(heads, func(a, b causal.ID) int { return at(a).order(at(b)) })
	if len(heads) > causal.MaxPredecessors {
		heads = heads[:causal.MaxPredecessors]
	}
	if n.last != (causal.ID{}) && !n.ancestry.Behind(n.last, heads) {
		heads[len(heads)-1] = n.last
	}
	slices.SortFunc(heads, causal.ID.Compare)
	u := &causal.Update{Document: n.root, Prev: n.last, Predecessors: heads, Body: causal.EncodeOps(ops)}
	u.Sign(n.host.Identity())
	return u
}

func (n *node) early(id causal.ID, u *causal.Update, from network.Addr, asked bool, missing []causal.ID) {
	n.waiting.Add(id, u, from, asked, missing, n.now)
	n.seek(missing, from)
}

func (n *node) release(id causal.ID) {
	settled := []causal.ID{id}
	for i := 0; i < len(settled); i++ {
		for _, r := range n.waiting.Arrived(settled[i]) {
			next := r.Update.ID()
			n.judge(next, r.Update, r.From)
			settled = append(settled, next)
		}
	}
}
