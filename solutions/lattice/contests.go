package lattice

import (
	"slices"

	"strata/ledgers/lattice"
)

// contest is one place in the ledger that is not cemented: who wants it, and who votes for whom.
type contest struct {
	root       lattice.Root
	candidates []*lattice.Placed // in the order in which they came; at least one
	votes      map[lattice.Account]ballot
	said       passed // when this node last voted in it

	class  int    // of balance (LAT-7)
	active bool   // it has a place among the elections
	began  passed // since then
	asked  passed // when votes were last asked for
	over   bool   // it is decided, or gone
	dirty  bool
}

// contests are all places that are not cemented, and those that were cemented last: their votes are for others who
// ask (LAT-8).
type contests struct {
	at    map[lattice.Root]*contest
	of    map[lattice.Hash]*contest // by candidate
	order []*contest                // as they were opened; some of them are over
	queue []*contest                // to be looked at
	done  []*contest                // decided, the oldest first
}

// keepDone is how many decided contests are kept.
const keepDone = 4096

func (f *contests) init() {
	f.at, f.of = map[lattice.Root]*contest{}, map[lattice.Hash]*contest{}
}

// has says whether the block is a candidate somewhere.
func (f *contests) has(hash lattice.Hash) bool {
	c := f.of[hash]
	return c != nil && !c.over
}

// open is the contest of a block that is in the ledger now.
func (f *contests) open(n *node, p *lattice.Placed) *contest {
	c := f.at[p.Root()]
	if c == nil {
		c = &contest{root: p.Root(), votes: map[lattice.Account]ballot{}}
		f.at[c.root] = c
		f.order = append(f.order, c)
	}
	if !slices.Contains(c.candidates, p) {
		f.enlist(n, c, p)
	}
	return c
}

// enlist adds a candidate, with the votes that waited for it.
func (f *contests) enlist(n *node, c *contest, p *lattice.Placed) {
	c.candidates = append(c.candidates, p)
	f.of[p.Hash] = c
	for _, v := range n.gaps.votesFor(p.Hash) {
		c.count(v, p.Hash)
	}
	f.touch(c)
}

// rival adds a candidate for a place that is taken. The one with the least voted weight gives way to one with more; the
// one in the ledger never does (LAT-4).
func (f *contests) rival(n *node, p *lattice.Placed) (kept bool) {
	c := f.at[p.Root()]
	if len(c.candidates) >= lattice.MaxCandidates {
		held := n.book.In(c.root)
		least := -1
		for i, q := range c.candidates {
			if q != held && (least < 0 || n.all(c, q.Hash).Cmp(n.all(c, c.candidates[least].Hash)) < 0) {
				least = i
			}
		}
		if n.gaps.weight(n, p.Hash).Cmp(n.all(c, c.candidates[least].Hash)) <= 0 {
			return false
		}
		delete(f.of, c.candidates[least].Hash)
		c.candidates = slices.Delete(c.candidates, least, least+1)
	}
	f.enlist(n, c, p)
	n.sync.changed = true
	return true
}

// touch has a contest looked at.
func (f *contests) touch(c *contest) {
	if !c.dirty && !c.over {
		c.dirty = true
		f.queue = append(f.queue, c)
	}
}

// next is the next contest to look at; nil if there is none.
func (f *contests) next() *contest {
	for len(f.queue) > 0 {
		c := f.queue[0]
		f.queue = f.queue[1:]
		c.dirty = false
		if !c.over {
			return c
		}
	}
	return nil
}

// tick has all elections looked at: weights may have moved, and a second may have passed.
func (f *contests) tick(n *node) {
	f.order = slices.DeleteFunc(f.order, func(c *contest) bool { return c.over })
	for _, c := range f.order {
		if c.active {
			f.touch(c)
		}
	}
}

// decided keeps a contest for those who ask for its votes.
func (f *contests) decided(n *node, c *contest, winner *lattice.Placed) {
	c.over = true
	delete(f.at, c.root)
	for _, p := range c.candidates {
		if p != winner {
			delete(f.of, p.Hash)
		}
	}
	if f.done = append(f.done, c); len(f.done) > keepDone {
		for _, p := range f.done[0].candidates {
			delete(f.of, p.Hash)
		}
		f.done = f.done[1:]
	}
}

// close forgets a contest whose place is no longer one.
func (n *node) close(c *contest) {
	c.over = true
	n.places.leave(n, c)
	delete(n.fights.at, c.root)
	for _, p := range c.candidates {
		delete(n.fights.of, p.Hash)
	}
}
