// This file is yours to edit. docs/10-causal.md is the chapter; `make reset LAYER=causal` gives a fresh copy.

package causal

import (
	"strata/ledgers/causal"
	"strata/network"
)

// verdict judges an update whose predecessors have all been judged, by what stands before it and nothing else
// (CAU-4). The error is causal.ErrInvalid.
func (n *node) verdict(u *causal.Update) (ops []causal.Op, err error) {
	panic(network.NotWritten("causal.2")) // 21 lines in our solution
}

// names says whether the element that an operation names was inserted into that list by an ancestor.
func (n *node) names(op causal.Op, predecessors []causal.ID) bool {
	panic(network.NotWritten("causal.2")) // 4 lines in our solution
}

// step is what an author may take once: from one of its updates to the next.
type step struct {
	author network.PublicKey
	prev   causal.ID
}

// compare looks whether an author has taken a step twice: that is equivocation (CAU-7).
func (n *node) compare(id causal.ID, u *causal.Update) {
	panic(network.NotWritten("causal.2")) // 10 lines in our solution
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
