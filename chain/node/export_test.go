package node

// LetEverybodyIn takes away the bound on peers that have chosen this node.
func (n *Node) LetEverybodyIn() { n.sentry.maxIncoming = 1 << 30 }
