package blocktree

import (
	"slices"

	"strata/chain"
)

// orphans are blocks with proof of work whose parent is unknown.
type orphans struct {
	byHash   map[chain.BlockHash]*known
	byParent map[chain.BlockHash][]*known // in order of arrival; never an empty list
}

func newOrphans() orphans {
	return orphans{map[chain.BlockHash]*known{}, map[chain.BlockHash][]*known{}}
}

func (o *orphans) len() int { return len(o.byHash) }

func (o *orphans) has(hash chain.BlockHash) bool { return o.byHash[hash] != nil }

// add keeps an orphan. Over max the highest block goes and is returned, be it the new one: an
// ancestry that is fetched from its top downwards can so reach its root in any room.
func (o *orphans) add(k *known, max int) (out *known) {
	o.byHash[k.hash] = k
	o.byParent[k.Parent] = append(o.byParent[k.Parent], k)
	if len(o.byHash) <= max {
		return nil
	}
	out = k
	for _, other := range o.byHash { // the order does not matter: compare makes it one
		if other.Number > out.Number || other.Number == out.Number && compare(other.hash, out.hash) > 0 {
			out = other
		}
	}
	o.remove(out)
	return out
}

func (o *orphans) remove(k *known) {
	delete(o.byHash, k.hash)
	siblings := slices.DeleteFunc(o.byParent[k.Parent], func(s *known) bool { return s == k })
	if len(siblings) == 0 {
		delete(o.byParent, k.Parent)
	} else {
		o.byParent[k.Parent] = siblings
	}
}

// takeChildren removes and returns the orphans with that parent, in order of arrival.
func (o *orphans) takeChildren(parent chain.BlockHash) []*known {
	children := o.byParent[parent]
	delete(o.byParent, parent)
	for _, c := range children {
		delete(o.byHash, c.hash)
	}
	return children
}

// takeDescendants removes and returns the orphans that descend from a block, parents first.
func (o *orphans) takeDescendants(root chain.BlockHash) []*known {
	all := o.takeChildren(root)
	for i := 0; i < len(all); i++ {
		all = append(all, o.takeChildren(all[i].hash)...)
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
