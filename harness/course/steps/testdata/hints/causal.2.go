package causal

import (
	"fmt"

	"strata/ledgers/causal"
)

func (n *node) verdict(u *causal.Update) (ops []causal.Op, err error) {
	for _, p := range u.Predecessors {
		if n.invalid.has(p) {
			return nil, fmt.Errorf("%w: stands on an invalid one", causal.ErrInvalid)
		}
	}
	if u.Prev != (causal.ID{}) {
		prev, ok := n.updates[u.Prev]
		if !ok || prev.Author != u.Author || !n.ancestry.Behind(u.Prev, u.Predecessors) {
			return nil, fmt.Errorf("%w: prev", causal.ErrInvalid)
		}
	}
	if ops, err = causal.DecodeOps(u.Body); err != nil {
		return nil, err
	}
	for _, op := range ops {
		if op.Element != (causal.ElementID{}) && !n.names(op, u.Predecessors) {
			return nil, fmt.Errorf("%w: element", causal.ErrInvalid)
		}
	}
	return ops, nil
}

func (n *node) names(op causal.Op, predecessors []causal.ID) bool {
	ops := n.ops[op.Element.Update]
	if int(op.Element.Index) >= len(ops) {
		return false
	}
	made := ops[op.Element.Index]
	return made.Action == causal.Insert && made.Key == op.Key && n.ancestry.Behind(op.Element.Update, predecessors)
}

func (n *node) compare(id causal.ID, u *causal.Update) {
	at := step{u.Author, u.Prev}
	other, ok := n.steps[at]
	switch {
	case !ok:
		n.steps[at] = id
	case !n.liars[u.Author]:
		n.liars[u.Author] = true
		n.caught(id, other)
	}
}
