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

// Mining says whether the node mines.
func (n *Node) Mining() bool { return n.miner.Running() }

// HashRate is the hashes per second over the last ten seconds; 0 on a node that does not mine.
func (n *Node) HashRate() float64 { return n.miner.Rate() }
