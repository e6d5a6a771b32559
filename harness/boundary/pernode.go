//go:build !wasip1

package boundary

import (
	"sync"

	"strata/chain"
	"strata/network"
)

// PerNode is the stack of nodes that run at the same time, each on a loop of its own: the layers of every node have a
// process, and so has every executor of blocks. The processes end with this one.
func PerNode(c Command) chain.Stack {
	return Stack(&nodes{command: c, of: make(map[network.Host]*Process)}).Stack
}

// nodes are those that run, each with a process.
type nodes struct {
	command Command
	mu      sync.Mutex // nodes start on loops of their own
	of      map[network.Host]*Process
}

// Link is a Side's.
func (n *nodes) Link(h network.Host) *Link { return n.process(h).Link(h) }

// process is that of a node, or a new one for an executor.
func (n *nodes) process(h network.Host) *Process {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.of[h]
	if p == nil {
		p = NewProcess(n.command)
		if h != nil {
			n.of[h] = p
		}
	}
	return p
}
