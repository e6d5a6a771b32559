package node

// OnDamage calls f, on the loop, if the store turns out to be corrupt: the node has stopped by then,
// since it can no longer tell what it does not know from what it lost. The error wraps store.ErrCorrupt.
func (n *Node) OnDamage(f func(error)) { n.onDamage = append(n.onDamage, f) }

// storeDamaged is called by the tree, once, from within whatever it was asked.
func (n *Node) storeDamaged(err error) {
	n.host.Log().Error("the store is damaged, the node stops", "err", err)
	n.host.After(0, func() {
		n.Stop()
		for _, f := range n.onDamage {
			f(err)
		}
	})
}
