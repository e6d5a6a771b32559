package blocktree

import (
	"slices"

	"strata/chain"
)

// orphans are blocks with proof of work whose parent is unknown.
type orphans struct {
	byHash   map[chain.BlockHash]*chain.Sealed
	byParent map[chain.BlockHash][]*chain.Sealed // in order of arrival; never an empty list
}

func newOrphans() orphans {
	return orphans{map[chain.BlockHash]*chain.Sealed{}, map[chain.BlockHash][]*chain.Sealed{}}
}

func (o *orphans) len() int { return len(o.byHash) }

func (o *orphans) has(hash chain.BlockHash) bool { return o.byHash[hash] != nil }

// add keeps an orphan. Over max the highest block goes and is returned, be it the new one: an
// ancestry that is fetched from its top downwards can so reach its root in any room.
func (o *orphans) add(k *chain.Sealed, max int) (out *chain.Sealed) {
	o.byHash[k.Hash()] = k
	o.byParent[k.Parent] = append(o.byParent[k.Parent], k)
	if len(o.byHash) <= max {
		return nil
	}
	out = k
	for _, other := range o.byHash { // the order does not matter: compare makes it one
		if other.Number > out.Number || other.Number == out.Number && compare(other.Hash(), out.Hash()) > 0 {
			out = other
		}
	}
	o.remove(out)
	return out
}

func (o *orphans) remove(k *chain.Sealed) {
	delete(o.byHash, k.Hash())
	siblings := slices.DeleteFunc(o.byParent[k.Parent], func(s *chain.Sealed) bool { return s == k })
	if len(siblings) == 0 {
		delete(o.byParent, k.Parent)
	} else {
		o.byParent[k.Parent] = siblings
	}
}

// takeChildren removes and returns the orphans with that parent, in order of arrival.
func (o *orphans) takeChildren(parent chain.BlockHash) []*chain.Sealed {
	children := o.byParent[parent]
	delete(o.byParent, parent)
	for _, c := range children {
		delete(o.byHash, c.Hash())
	}
	return children
}

// takeDescendants removes and returns the orphans that descend from a block, parents first.
func (o *orphans) takeDescendants(root chain.BlockHash) []*chain.Sealed {
	all := o.takeChildren(root)
	for i := 0; i < len(all); i++ {
		all = append(all, o.takeChildren(all[i].Hash())...)
	}
	return all
}

// missing lists the parents that are themselves not there, in no order.
func (o *orphans) missing() []chain.BlockHash {
	var missing []chain.BlockHash
	for parent := range o.byParent {
		if !o.has(parent) {
			missing = append(missing, parent)
		}
	}
	return missing
}
