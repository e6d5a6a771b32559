package plot

import "fmt"

// Tree is blocks by their height, each below its parent: the chain on one line, what lost on the line beside it.
type Tree struct {
	File   string
	Title  string
	Note   string
	Blocks []Leaf  // parents before their children
	Moved  []Moved // what a block that lost had, and another one has
}

// Leaf is a block in a tree.
type Leaf struct {
	ID, Parent string // an ID that no block of the tree has is nobody's
	Height     int
	Lost       bool
	Wins       bool     // it ends the chain
	Notes      []string // beside it, a line each
}

// Moved leads from a block to another.
type Moved struct {
	From, To string
	Notes    []string
}

// Name is Picture's.
func (t *Tree) Name() string { return t.File }

// Where the parts of a tree are, in pixels.
const (
	treeWidth  = 600
	treeTop    = 84
	treeRow    = 82
	chainLine  = 270 // middle of the chain's blocks
	lostLine   = 415 // middle of those that lost
	leafWidth  = 88
	leafHeight = 38
	noteHeight = 14
)

// treeStyle is what a tree has beside Style.
const treeStyle = `.plot .leaf{fill:var(--paper);stroke:var(--c0);stroke-width:2}` +
	`.plot .wins{fill:var(--c0);fill-opacity:.16}` +
	`.plot .lost{stroke:var(--c1);stroke-dasharray:5 3}` +
	`.plot .moved{fill:none;stroke:var(--c2);stroke-width:1.6;stroke-dasharray:2 3}` +
	`.plot .arrow{fill:var(--axis)}.plot .tip{fill:var(--c2)}`

// Draw is Picture's.
func (t *Tree) Draw(alone bool) []byte {
	highest, places := 0, map[string][2]float64{}
	for _, b := range t.Blocks {
		highest = max(highest, b.Height)
		places[b.ID] = [2]float64{chainLine, float64(treeTop + b.Height*treeRow)}
		if b.Lost {
			places[b.ID] = [2]float64{lostLine, places[b.ID][1]}
		}
	}
	svg := newCanvas(treeWidth, float64(treeTop+highest*treeRow+leafHeight+14), t.Title, t.Note, alone)
	svg.put(`<style>%s</style><defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" `+
		`orient="auto"><path class="arrow" d="M0 0L8 4L0 8z"/></marker><marker id="moved" viewBox="0 0 8 8" refX="7" `+
		`refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>`, treeStyle)
	for h := range highest + 1 {
		y := float64(treeTop + h*treeRow)
		svg.line(16, y+leafHeight/2+8, treeWidth-16, y+leafHeight/2+8, "grid")
		svg.text(16, y+4, "tick", "start", fmt.Sprintf("height %d", h))
	}
	for _, b := range t.Blocks {
		if from, ok := places[b.Parent]; ok {
			svg.parent(places[b.ID], from)
		}
	}
	for _, m := range t.Moved {
		svg.moved(m, places[m.From], places[m.To])
	}
	for _, b := range t.Blocks {
		svg.leaf(b, places[b.ID])
	}
	return svg.end(t.Table())
}

// parent draws the arrow from a block to the one that it names as its parent.
func (c *canvas) parent(from, to [2]float64) {
	top, bottom := from[1]-leafHeight/2, to[1]+leafHeight/2
	c.put(`<path class="link" marker-end="url(#to)" d="M%s %s C%s %s %s %s %s %s"/>`, num(from[0]), num(top),
		num(from[0]), num((top+bottom)/2), num(to[0]), num((top+bottom)/2), num(to[0]), num(bottom))
}

// moved draws where something went, and says what.
func (c *canvas) moved(m Moved, from, to [2]float64) {
	start, end := from[1]+leafHeight/2, to[0]+leafWidth/2
	c.put(`<path class="moved" marker-end="url(#moved)" d="M%s %s C%s %s %s %s %s %s"/>`, num(from[0]), num(start),
		num(from[0]), num(to[1]), num(from[0]), num(to[1]), num(end), num(to[1]))
	for i, note := range m.Notes {
		c.text(from[0]+10, (start+to[1])/2+float64(i*noteHeight), "note", "start", note)
	}
}

// leaf draws a block, and says beside it what there is to say.
func (c *canvas) leaf(b Leaf, at [2]float64) {
	class, side, anchor := "leaf", at[0]-leafWidth/2-8, "end"
	if b.Lost {
		class, side, anchor = "leaf lost", at[0]+leafWidth/2+8, "start"
	}
	if b.Wins {
		class += " wins"
	}
	c.put(`<rect class="%s" x="%s" y="%s" width="%d" height="%d" rx="6"/>`, class, num(at[0]-leafWidth/2),
		num(at[1]-leafHeight/2), leafWidth, leafHeight)
	name := fmt.Sprintf("block %d", b.Height)
	if b.Height == 0 {
		name = "genesis"
	}
	c.text(at[0], at[1]-3, "", "middle", name)
	c.text(at[0], at[1]+12, "note", "middle", b.ID)
	first := at[1] + 4 - float64((len(b.Notes)-1)*noteHeight)/2
	for i, note := range b.Notes {
		c.text(side, first+float64(i*noteHeight), "note", anchor, note)
	}
}

// Table is Picture's.
func (t *Tree) Table() [][]string {
	rows := [][]string{{"block", "parent", "height", "lost"}}
	for _, b := range t.Blocks {
		rows = append(rows, []string{b.ID, b.Parent, fmt.Sprint(b.Height), fmt.Sprint(b.Lost)})
	}
	return rows
}
