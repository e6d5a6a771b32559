package nodetest

import (
	"fmt"
	"time"

	"strata/chain"
	"strata/network"
	"strata/scenario"
)

// What a cluster is looked at for: that its nodes agree, on what, and that it is right.

// agree says whether all members have one tip, of at least that height. Heights alone would not do: rivals
// have equal ones.
func (c *cluster) agree(height uint64) error {
	first := c.members[0]
	for _, member := range c.members {
		if member.Node == nil {
			return fmt.Errorf("expected node %d to be up, got it down", member.number)
		}
		if member.height < height || member.reported != first.reported {
			return lazy(func() string {
				return fmt.Sprintf("expected all nodes to agree on a tip of height %d or more, "+
					"got block %d at node %d and block %d at node %d%s",
					height, first.height, first.number, member.height, member.number, forked(first, member))
			})
		}
	}
	return nil
}

// lazy is an error whose text is made when somebody wants it: liveness checks are asked after every
// event.
type lazy func() string

// Error makes the text.
func (e lazy) Error() string { return e() }

// forked says in a report that two tips have one height.
func forked(a, b *member) string {
	if a.height == b.height {
		return ", and not the same"
	}
	return ""
}

// agreed checks that by that time, but not before from, all members agree, and that what they agree on
// is right. Before from they may agree because nothing has happened yet.
func (c *cluster) agreed(from, by time.Duration, says scenario.Clause, height uint64) {
	c.w.By(by, says, scenario.Seldom(c.w, from, 0, func() error {
		if err := c.agree(height); err != nil {
			return err
		}
		return c.audit()
	}))
}

// audit audits every member.
func (c *cluster) audit() error {
	for _, member := range c.members {
		if err := audit(member.Node); err != nil {
			return fmt.Errorf("node %d: %w", member.number, err)
		}
	}
	return nil
}

// never fails the promise as soon as a member has one of the blocks as its tip: each move is looked at, for one
// moment is too long.
func (c *cluster) never(says scenario.Clause, blocks ...chain.Block) {
	refused := map[chain.BlockHash]bool{}
	for _, b := range blocks {
		refused[b.Hash()] = true
	}
	c.w.Always(says, func() error {
		for _, m := range c.members {
			if refused[m.reported] {
				return fmt.Errorf("expected node %d never to have a block of that chain as its tip, got block %d %v",
					m.number, m.height, m.reported)
			}
		}
		return nil
	})
}

// thin lets so many bytes a second through from each of the others to the member, for a time.
func (m *member) thin(others []*member, from, length time.Duration, rate int64) {
	for _, other := range others {
		m.w.Inject(scenario.Fault{Kind: scenario.Slow, At: from, For: length, Rate: rate,
			A: []network.Addr{other.addr}, B: []network.Addr{m.addr}})
	}
}

// reaches checks that by that time all members have that block as their tip, and that their accounts
// are those of an honest execution.
func (c *cluster) reaches(by time.Duration, says scenario.Clause, tip chain.Block) {
	// Hashes are compared, since heights can be equal by chance.
	want := tip.Hash()
	c.w.By(by, says, func() error {
		for _, member := range c.members {
			if member.reported != want {
				return lazy(func() string {
					return fmt.Sprintf("expected the tip of node %d to be block %d %v, got block %d %v",
						member.number, tip.Number, want, member.height, member.reported)
				})
			}
		}
		return c.audit()
	})
}
