package causal

import (
	"slices"

	"strata/ledgers/causal"
	"strata/network"
)

func (n *node) differ(from network.Addr, h causal.Heads) {
	if h.Document != n.root {
		return
	}
	if ours := causal.HeadsOf(n.root, n.Heads()); ours.Hash == h.Hash {
		return
	}
	n.seek(h.Told, from)
	if int(h.Count) > len(h.Told) {
		n.listAll(from)
	}
}

func (n *node) answered(from network.Addr, updates []*causal.Update) (more int) {
	here := func(id causal.ID) bool { return n.known(id) || n.waiting.Has(id) }
	fresh := 0
	for i := len(updates) - 1; i >= 0; i-- {
		id := updates[i].ID()
		if here(id) {
			continue
		}
		n.arrive(updates[i], from, true)
		if here(id) {
			fresh++
		}
	}
	return min(2*fresh, 64)
}

func (n *node) wanted(a causal.Ask) (ids []causal.ID) {
	for _, id := range a.IDs {
		if n.updates[id] != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	more := a.More
	for i := 0; i < len(ids); i++ {
		for _, p := range n.updates[ids[i]].Predecessors {
			if more > 0 && n.updates[p] != nil && !slices.Contains(ids, p) {
				ids = append(ids, p)
				more--
			}
		}
	}
	return ids
}
