package causal

import (
	"fmt"

	"strata/ledgers/causal"
	"strata/network"
)

// verdict judges an update whose predecessors have all been judged, by what stands before it and nothing else
// (CAU-4). The error is causal.ErrInvalid.
func (n *node) verdict(u *causal.Update) (ops []causal.Op, err error) {
	//strata:begin causal.2
	for _, p := range u.Predecessors {
		if n.invalid.has(p) {
			return nil, fmt.Errorf("%w: it stands on an invalid one (CAU-4)", causal.ErrInvalid)
		}
	}
	if u.Prev != (causal.ID{}) {
		prev := n.updates[u.Prev]
		if prev == nil || prev.Author != u.Author || !n.ancestry.Behind(u.Prev, u.Predecessors) {
			return nil, fmt.Errorf("%w: its prev is no ancestor by the same author (CAU-4)", causal.ErrInvalid)
		}
	}
	ops, err = causal.DecodeOps(u.Body)
	if err != nil {
		return nil, err
	}
	for i, op := range ops {
		if op.Element != (causal.ElementID{}) && !n.names(op, u.Predecessors) {
			return nil, fmt.Errorf("%w: operation %d names what is not among its ancestors (CAU-6)", causal.ErrInvalid, i)
		}
	}
	return ops, nil
	//strata:end
}

// names says whether the element that an operation names was inserted into that list by an ancestor.
func (n *node) names(op causal.Op, predecessors []causal.ID) bool {
	//strata:begin causal.2
	ops := n.ops[op.Element.Update]
	return int(op.Element.Index) < len(ops) &&
		ops[op.Element.Index].Action == causal.Insert && ops[op.Element.Index].Key == op.Key &&
		n.ancestry.Behind(op.Element.Update, predecessors)
	//strata:end
}

// step is what an author may take once: from one of its updates to the next.
type step struct {
	author network.PublicKey
	prev   causal.ID
}

// compare looks whether an author has taken a step twice: that is equivocation (CAU-7).
func (n *node) compare(id causal.ID, u *causal.Update) {
	//strata:begin causal.2
	at := step{u.Author, u.Prev}
	other, taken := n.steps[at]
	if !taken {
		n.steps[at] = id
		return
	}
	if !n.liars[u.Author] {
		n.liars[u.Author] = true
		n.caught(id, other)
	}
	//strata:end
}

// caught shows a proof.
func (n *node) caught(one, other causal.ID) {
	if other.Compare(one) < 0 {
		one, other = other, one
	}
	p := causal.Proof{One: one, Other: other}
	n.proofs = append(n.proofs, p)
	n.watch.Equivocated(p)
}
