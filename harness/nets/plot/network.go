package plot

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"strata/harness/sim/splitmix"
)

// MostDrawn is how many nodes of a network are drawn; of larger ones so many are drawn at random.
const MostDrawn = 2000

// Network is a drawing of nodes and the links between them.
type Network struct {
	File    string
	Title   string
	Note    string
	Nodes   int
	Edges   [][2]int32
	Group   []int     // of each node, such as its region; empty: one
	Groups  []string  // their names; empty: they are not named
	Weight  []float64 // of each node, such as its share of the hash power; empty: none
	Regions bool      // nodes of a group lie together; else forces put those that are linked together
}

// Name is Picture's.
func (n *Network) Name() string { return n.File }

// Where the parts of a drawing are, in pixels.
const (
	drawingSize   = 720
	drawingTop    = 56
	drawingMargin = 28
)

// Draw is Picture's.
func (n *Network) Draw(alone bool) []byte {
	nodes, edges := n.sample()
	note := n.Note
	if len(nodes) < n.Nodes {
		note = fmt.Sprintf("%s; %d of %d nodes and the links between these are drawn", note, len(nodes), n.Nodes)
	}
	svg := newCanvas(drawingSize, drawingSize+drawingTop+24, n.Title, note, alone)
	xs, ys := n.places(nodes, edges)
	for _, e := range edges {
		svg.line(xs[e[0]], ys[e[0]], xs[e[1]], ys[e[1]], "edge")
	}
	radius := max(2, min(7, 60/math.Sqrt(float64(len(nodes)))))
	for i, node := range nodes {
		r, tip := radius, fmt.Sprintf("node %d", node)
		if len(n.Weight) > 0 && n.Weight[node] > 0 {
			r += 14 * math.Sqrt(n.Weight[node])
			tip += fmt.Sprintf(", %.3g of the hash power", n.Weight[node])
		}
		if group := n.group(node); len(n.Groups) > 0 {
			tip += ", " + n.Groups[group]
		}
		svg.circle(xs[i], ys[i], r, "dot f"+strconv.Itoa(n.group(node)%colours), tip)
	}
	n.names(svg)
	return svg.end(n.Table())
}

func (n *Network) group(node int32) int {
	if len(n.Group) == 0 {
		return 0
	}
	return n.Group[node]
}

// names lists the groups below the drawing.
func (n *Network) names(svg *canvas) {
	x := 16.0
	for i, name := range n.Groups {
		if x+textWidth(name) > drawingSize {
			return
		}
		svg.circle(x+5, drawingSize+drawingTop+8, 5, "dot f"+strconv.Itoa(i%colours), "")
		svg.text(x+16, drawingSize+drawingTop+12, "", "start", name)
		x += textWidth(name) + 34
	}
}

// sample chooses the nodes that are drawn, and counts the edges among them by their place.
func (n *Network) sample() (nodes []int32, edges [][2]int32) {
	place := make(map[int32]int32, min(n.Nodes, MostDrawn))
	if n.Nodes <= MostDrawn {
		for i := range int32(n.Nodes) {
			nodes = append(nodes, i)
		}
	} else {
		state := uint64(1)
		for len(place) < MostDrawn {
			state += splitmix.Golden
			node := int32(splitmix.Scramble(state) % uint64(n.Nodes))
			if _, drawn := place[node]; !drawn {
				place[node] = 0
				nodes = append(nodes, node)
			}
		}
		slices.Sort(nodes)
	}
	for i, node := range nodes {
		place[node] = int32(i)
	}
	for _, e := range n.Edges {
		a, okA := place[e[0]]
		b, okB := place[e[1]]
		if okA && okB {
			edges = append(edges, [2]int32{a, b})
		}
	}
	return nodes, edges
}

// Layout chooses the nodes that are drawn and says where they are, from 0 to 1 both ways. Edges are those among them, by
// their places in the list.
func (n *Network) Layout() (nodes []int32, edges [][2]int32, xs, ys []float64) {
	nodes, edges = n.sample()
	xs, ys = n.places(nodes, edges)
	fit(xs, 0, 1)
	fit(ys, 0, 1)
	return nodes, edges, xs, ys
}

// places puts the nodes into the drawing.
func (n *Network) places(nodes []int32, edges [][2]int32) (xs, ys []float64) {
	if n.Regions && len(n.Groups) > 1 {
		xs, ys = n.byGroup(nodes)
	} else {
		xs, ys = byForce(len(nodes), edges)
	}
	fit(xs, drawingMargin, drawingSize-drawingMargin)
	fit(ys, drawingTop+drawingMargin, drawingTop+drawingSize-drawingMargin)
	return xs, ys
}

// fit stretches numbers to a range.
func fit(v []float64, from, to float64) {
	low, high := slices.Min(v), slices.Max(v)
	for i := range v {
		if high == low {
			v[i] = (from + to) / 2
		} else {
			v[i] = from + (v[i]-low)/(high-low)*(to-from)
		}
	}
}

// golden is the angle by which each seed of a sunflower lies further than the one before: it fills a disk evenly.
const golden = 2.399963229728653

// byGroup puts the nodes of each group into a disk of their own, and the disks on a circle.
func (n *Network) byGroup(nodes []int32) (xs, ys []float64) {
	sizes := make([]int, len(n.Groups))
	for _, node := range nodes {
		sizes[n.group(node)]++
	}
	whole, angle := 0.0, make([]float64, len(sizes))
	for _, s := range sizes {
		whole += math.Sqrt(float64(s)) + 1
	}
	turned := 0.0
	for g, s := range sizes { // larger groups get more of the circle
		part := (math.Sqrt(float64(s)) + 1) / whole * 2 * math.Pi
		angle[g] = turned + part/2
		turned += part
	}
	ring := whole / math.Pi * 0.62
	count := make([]int, len(sizes))
	for _, node := range nodes {
		g := n.group(node)
		r, a := 0.55*math.Sqrt(float64(count[g])+0.5), golden*float64(count[g])
		count[g]++
		xs = append(xs, ring*math.Cos(angle[g])+r*math.Cos(a))
		ys = append(ys, ring*math.Sin(angle[g])+r*math.Sin(a))
	}
	return xs, ys
}

// forceRounds is how often the forces move the nodes.
const forceRounds = 120

// byForce has all nodes push each other away, the nearer the stronger, and links pull. What is out of reach does not
// push, and pushes fade out towards there: otherwise nodes would line up at its edge.
func byForce(nodes int, edges [][2]int32) (xs, ys []float64) {
	side := math.Sqrt(float64(nodes))
	for i := range nodes { // a sunflower to begin with
		r, a := 0.56*math.Sqrt(float64(i)+0.5), golden*float64(i)
		xs, ys = append(xs, r*math.Cos(a)), append(ys, r*math.Sin(a))
	}
	dx, dy := make([]float64, nodes), make([]float64, nodes)
	for round := range forceRounds {
		clear(dx)
		clear(dy)
		repel(xs, ys, dx, dy)
		for _, e := range edges {
			a, b := e[0], e[1]
			x, y := xs[a]-xs[b], ys[a]-ys[b]
			pull := math.Hypot(x, y) * 0.5
			dx[a], dy[a] = dx[a]-x*pull, dy[a]-y*pull
			dx[b], dy[b] = dx[b]+x*pull, dy[b]+y*pull
		}
		most := side * 0.1 * (1 - float64(round)/forceRounds)
		for i := range xs {
			if far := math.Hypot(dx[i], dy[i]); far > 0 {
				step := min(far, most) / far
				xs[i], ys[i] = xs[i]+dx[i]*step, ys[i]+dy[i]*step
			}
		}
	}
	return xs, ys
}

// reach is how far nodes push each other, in distances between nodes.
const reach = 5

// repel adds what nodes that are near do to each other.
func repel(xs, ys, dx, dy []float64) {
	type cell struct{ x, y int }
	cells := make(map[cell][]int, len(xs))
	at := func(i int) cell { return cell{int(math.Floor(xs[i] / reach)), int(math.Floor(ys[i] / reach))} }
	for i := range xs {
		cells[at(i)] = append(cells[at(i)], i)
	}
	for i := range xs { // by node, not by cell: sums of floats depend on their order
		c := at(i)
		for ox := -1; ox <= 1; ox++ {
			for oy := -1; oy <= 1; oy++ {
				for _, j := range cells[cell{c.x + ox, c.y + oy}] {
					x, y := xs[i]-xs[j], ys[i]-ys[j]
					if square := x*x + y*y; j != i && square < reach*reach {
						push := (1 - square/(reach*reach)) / max(square, 1e-4)
						dx[i], dy[i] = dx[i]+x*push, dy[i]+y*push
					}
				}
			}
		}
	}
}

// Table is Picture's: the links that are drawn.
func (n *Network) Table() [][]string {
	nodes, edges := n.sample()
	rows := [][]string{{"from", "to"}}
	for _, e := range edges {
		rows = append(rows, []string{strconv.Itoa(int(nodes[e[0]])), strconv.Itoa(int(nodes[e[1]]))})
	}
	return rows
}
