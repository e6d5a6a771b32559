package node

// LetEverybodyIn takes away the bound on peers that have chosen this node, and its memory of those
// that it has chosen.
func (n *Node) LetEverybodyIn() { n.sentry.maxIncoming, n.sentry.verbatim = 1<<30, true }
