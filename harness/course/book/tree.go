package book

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"strata/harness/nets/plot"
)

// What a script of nodes with chains prints that a tree is made of.
var (
	sentBlock = regexp.MustCompile(`\bblock (\d+), ([0-9a-f]{4})[0-9a-f]*\.\. on ([0-9a-f]{4})[0-9a-f]*\.\., (\d+) transaction`)
	applied   = regexp.MustCompile(`^ *(\S+)  (\S+)  applies block \d+ ([0-9a-f]{4})`)
	undone    = regexp.MustCompile(`^ *(\S+)  (\S+)  undoes block \d+ ([0-9a-f]{4})`)
	chainOf   = regexp.MustCompile(`^(\S+): genesis <- .*\bblock \d+ ([0-9a-f]{4})$`)
	runUntil  = regexp.MustCompile(`^run until=(\S+)$`)
	pays      = regexp.MustCompile(`gossip:bc:new_tx id \S+ (\S+ pays \S+ \d+), nonce`)
)

// grown is what a script says of its blocks.
type grown struct {
	order  []string // ids, as they were found
	blocks map[string]*grownBlock
	moved  string // the payment that was told again after a block had been undone; empty: none was
	now    string // the time up to which the run has gone
	anyOff bool   // a block has been undone
}

// grownBlock is one block.
type grownBlock struct {
	parent   string
	height   int
	payments int
	miner    string
	tips     []string // who had it as the tip, and when
	undos    []string
	lost     bool
}

// Tree is the tree of the blocks that a script's nodes found: which ended on the chain, which were undone and by whom,
// and who had which tip each time the script printed the chains. Error: the script is of no such nodes.
func Tree(script string) (*plot.Tree, error) {
	g := grown{blocks: map[string]*grownBlock{}}
	for line := range strings.SplitSeq(script, "\n") {
		g.read(line)
	}
	g.tips(script)
	if len(g.order) == 0 {
		return nil, fmt.Errorf("book: no block is found in this script")
	}
	return g.tree()
}

// read takes what a line says.
func (g *grown) read(line string) {
	if m := applied.FindStringSubmatch(line); m != nil {
		g.block(m[3], m[2])
	}
	if m := sentBlock.FindStringSubmatch(line); m != nil {
		b := g.block(m[2], "")
		b.height, _ = strconv.Atoi(m[1]) // digits, few of them
		b.payments, _ = strconv.Atoi(m[4])
		b.parent = m[3]
	}
	if m := undone.FindStringSubmatch(line); m != nil {
		b := g.block(m[3], "")
		b.undos = append(b.undos, fmt.Sprintf("%s undoes it at %s", m[2], m[1]))
		b.lost, g.anyOff = true, true
	}
	if m := pays.FindStringSubmatch(line); m != nil && g.anyOff {
		g.moved = m[1]
	}
}

// block is the block of that id. The first node that applies one has found it.
func (g *grown) block(id, by string) *grownBlock {
	b := g.blocks[id]
	if b == nil {
		b = &grownBlock{}
		g.blocks[id] = b
		g.order = append(g.order, id)
	}
	b.miner = cmp.Or(b.miner, by)
	return b
}

// tips notes at each block who had it as the tip, each time the chains were printed.
func (g *grown) tips(script string) {
	type seen struct{ id, now string }
	var order []seen
	nodes := map[seen][]string{}
	for line := range strings.SplitSeq(script, "\n") {
		if m := runUntil.FindStringSubmatch(line); m != nil {
			g.now = m[1]
		}
		if m := chainOf.FindStringSubmatch(line); m != nil && g.blocks[m[2]] != nil {
			at := seen{m[2], g.now}
			if nodes[at] == nil {
				order = append(order, at)
			}
			nodes[at] = append(nodes[at], m[1])
		}
	}
	for _, at := range order {
		b := g.blocks[at.id]
		b.tips = append(b.tips, fmt.Sprintf("tip of %s at %s", strings.Join(nodes[at], ", "), at.now))
	}
}

// tree puts it together.
func (g *grown) tree() (*plot.Tree, error) {
	slices.SortStableFunc(g.order, func(a, b string) int { return cmp.Compare(g.blocks[a].height, g.blocks[b].height) })
	t := &plot.Tree{Title: "A reorganisation", Note: "each block names its parent; the higher chain wins; broken line: undone"}
	root := g.blocks[g.order[0]].parent
	t.Blocks = append(t.Blocks, plot.Leaf{ID: root})
	for _, id := range g.order {
		b := g.blocks[id]
		if b.parent == "" {
			return nil, fmt.Errorf("book: this script does not say what block %s is on", id)
		}
		notes := []string{"found by " + b.miner}
		if b.payments > 0 {
			notes[0] += ", 1 payment"
		}
		if b.payments > 1 {
			notes[0] = fmt.Sprintf("found by %s, %d payments", b.miner, b.payments)
		}
		t.Blocks = append(t.Blocks, plot.Leaf{ID: id, Parent: b.parent, Height: b.height, Lost: b.lost,
			Wins: id == g.order[len(g.order)-1], Notes: slices.Concat(notes, b.tips, b.undos)})
		g.carry(t, id)
	}
	return t, nil
}

// carry notes where the payment of a block that was undone went: into the next block of the chain that has one.
func (g *grown) carry(t *plot.Tree, id string) {
	b := g.blocks[id]
	if b.lost || b.payments == 0 || g.moved == "" {
		return
	}
	for _, from := range g.order {
		if lost := g.blocks[from]; lost.lost && lost.payments > 0 {
			t.Moved = append(t.Moved, plot.Moved{From: from, To: id,
				Notes: []string{g.moved + ":", "back into the pools,", fmt.Sprintf("and into block %d", b.height)}})
			g.moved = ""
			return
		}
	}
}
