package node

// StartMining begins to mine, also on a node whose config does not say Mine; it needs a Coinbase.
// On a node that mines, has stopped or was not started it does nothing.
func (n *Node) StartMining() {
	if n.started && !n.stopped {
		n.miner.Start()
	}
}

// StopMining ends mining; everything else goes on. On a node that does not mine it does nothing.
func (n *Node) StopMining() { n.miner.Stop() }
