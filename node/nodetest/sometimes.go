package nodetest

import (
	"fmt"

	"strata/node/blocktree"
)

// The declarations below are about moves of tips. A scenario that is about reorganisations, and whose seeds
// hardly ever bring one, would prove next to nothing.

// reorganises declares that blocks are undone: so many at once, sometimes.
func (c *cluster) reorganises(depth int) {
	met := c.w.Sometimes(fmt.Sprintf("a reorganisation of depth %d or more happened", depth))
	c.moved = append(c.moved, func(_ *member, change blocktree.Change) { met(len(change.Undone) >= depth) })
}

// catchesUp declares that a node moves on by so many blocks at once.
func (c *cluster) catchesUp(blocks int) {
	met := c.w.Sometimes(fmt.Sprintf("a node moved on by %d blocks or more at once", blocks))
	c.moved = append(c.moved, func(_ *member, change blocktree.Change) {
		met(len(change.Applied)-len(change.Undone) >= blocks)
	})
}

// restarts declares that a node comes back from a crash on a tip that the others have left behind.
func (c *cluster) restarts() {
	met := c.w.Sometimes("a node restarted on a block, and the others were on a higher one")
	c.booted = append(c.booted, func(m *member) {
		for _, other := range c.members {
			met(m.height > 0 && other.height > m.height)
		}
	})
}

// competes declares that two miners find a block of one height.
func (c *cluster) competes() {
	met := c.w.Sometimes("two nodes had different tips of one height")
	c.moved = append(c.moved, func(m *member, _ blocktree.Change) {
		for _, other := range c.members {
			met(other.height == m.height && other.reported != m.reported)
		}
	})
}
