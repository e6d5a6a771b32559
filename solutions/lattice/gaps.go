package lattice

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"strata/ledgers/lattice"
)

// gaps are blocks that lack another one, and votes for blocks that are not here.
type gaps struct {
	blocks  []gap // in the order in which they came
	waits   map[lattice.Hash]bool
	sources map[lattice.Account]int // blocks of each account
	votes   map[lattice.Hash]map[lattice.Account]ballot
	wanted  map[lattice.Hash]passed // blocks that were asked for, and when
}

// gap is one block that waits.
type gap struct {
	block *lattice.Block
	hash  lattice.Hash
	lacks lattice.Hash
	since passed
}

// waitsFor is how long a block waits.
const waitsFor = 60 * time.Second

func (g *gaps) init() {
	g.waits, g.sources = map[lattice.Hash]bool{}, map[lattice.Account]int{}
	g.votes, g.wanted = map[lattice.Hash]map[lattice.Account]ballot{}, map[lattice.Hash]passed{}
}

// has says whether the block waits.
func (g *gaps) has(hash lattice.Hash) bool { return g.waits[hash] }

// wait keeps a block until another one comes. An account that has too many loses its own; when all places are taken,
// the account with the most loses its oldest (LED-10).
func (g *gaps) wait(n *node, lacks lattice.Hash, b *lattice.Block, hash lattice.Hash) (kept bool) {
	if g.sources[b.Account] >= lattice.MaxSource || g.waits[hash] {
		return false
	}
	if len(g.blocks) >= lattice.MaxWaiting {
		most := b.Account
		for _, x := range g.blocks {
			if g.sources[x.block.Account] > g.sources[most] {
				most = x.block.Account
			}
		}
		at := slices.IndexFunc(g.blocks, func(x gap) bool { return x.block.Account == most })
		if at < 0 {
			return false
		}
		g.forget(at)
	}
	g.blocks = append(g.blocks, gap{b, hash, lacks, n.clock})
	g.waits[hash] = true
	g.sources[b.Account]++
	n.sync.changed = true
	return true
}

func (g *gaps) forget(at int) {
	x := g.blocks[at]
	g.blocks = slices.Delete(g.blocks, at, at+1)
	delete(g.waits, x.hash)
	if g.sources[x.block.Account]--; g.sources[x.block.Account] == 0 {
		delete(g.sources, x.block.Account)
	}
}

// come takes out what lacked a block.
func (g *gaps) come(hash lattice.Hash) (blocks []*lattice.Block) {
	for at := 0; at < len(g.blocks); {
		if x := g.blocks[at]; x.lacks == hash {
			blocks = append(blocks, x.block)
			g.forget(at)
			continue
		}
		at++
	}
	return blocks
}

// keepVote keeps a vote for a block that is not here: of at most so many blocks, those of the greatest weight (LAT-8).
func (g *gaps) keepVote(n *node, v *lattice.Vote, hash lattice.Hash) (kept bool) {
	votes := g.votes[hash]
	if votes == nil {
		if len(g.votes) >= lattice.MaxWaiting && !g.displace(n, n.weight(v.Representative)) {
			return false
		}
		votes = map[lattice.Account]ballot{}
		g.votes[hash] = votes
	}
	if old, spoke := votes[v.Representative]; spoke && (old.timestamp == lattice.Final || v.Timestamp <= old.timestamp) {
		return false
	}
	votes[v.Representative] = ballot{hash, v.Timestamp, v}
	return true
}

// displace makes room by the hash with the least weight of votes, if that is less than the newcomer's.
func (g *gaps) displace(n *node, weight lattice.Amount) bool {
	least := lattice.Hash{}
	for _, hash := range sorted(g.votes) {
		if w := g.weight(n, hash); w.Cmp(weight) < 0 {
			least, weight = hash, w
		}
	}
	_, found := g.votes[least]
	delete(g.votes, least)
	return found
}

// weight is that of the votes that wait for a block.
func (g *gaps) weight(n *node, hash lattice.Hash) (sum lattice.Amount) {
	for rep := range g.votes[hash] { // a sum has no order
		sum = sum.Plus(n.weight(rep))
	}
	return sum
}

// votesFor takes out the votes that waited for a block, in the order of their representatives.
func (g *gaps) votesFor(hash lattice.Hash) (all []*lattice.Vote) {
	votes := g.votes[hash]
	for _, rep := range slices.SortedFunc(maps.Keys(votes), func(a, b lattice.Account) int { return bytes.Compare(a[:], b[:]) }) {
		all = append(all, votes[rep].vote)
	}
	delete(g.votes, hash)
	delete(g.wanted, hash)
	return all
}

// sorted are the keys of a map of hashes, in order.
func sorted[V any](m map[lattice.Hash]V) []lattice.Hash {
	return slices.SortedFunc(maps.Keys(m), func(a, b lattice.Hash) int { return bytes.Compare(a[:], b[:]) })
}

// maxWanted is how many blocks are asked for in one tick.
const maxWanted = 8

// tick forgets what has waited too long, and asks for blocks that a quorum has voted for and that are not here
// (LAT-7).
func (g *gaps) tick(n *node) {
	for len(g.blocks) > 0 && n.clock-g.blocks[0].since >= waitsFor {
		g.forget(0)
	}
	asked := 0
	for _, hash := range sorted(g.votes) {
		at, before := g.wanted[hash]
		if asked == maxWanted || before && n.clock-at < n.cfg.Ask || g.weight(n, hash).Cmp(n.quorum()) < 0 {
			continue
		}
		asked++
		g.wanted[hash] = n.clock
		n.sync.pullHash(n, hash) // also if it waits here: those before it come with it
	}
}
