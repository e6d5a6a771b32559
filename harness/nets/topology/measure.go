package topology

import (
	"math"
	"slices"
)

// Measures are what there is to say of a graph.
type Measures struct {
	Nodes, Edges int
	Degree       struct {
		Mean, Deviation float64
		Least, Most     int
		Counts          []int // how many nodes have that many neighbours
	}
	Components int // parts that are not linked with each other
	Largest    int // nodes of the largest part

	Diameter     int     // the longest of all shortest ways within the largest part
	AtLeast      bool    // Diameter is what was found from some nodes only
	MeanDistance float64 // of two nodes of the largest part; from some nodes if there are many
	Clustering   float64 // the mean share of a node's neighbours that are linked with each other

	// Eigenvalue is the second largest of the walk from node to random neighbour, within the largest part: the smaller,
	// the faster whatever spreads forgets where it began. Edges^-1/2 weighted, so that it is over d for d-regular
	// graphs.
	Eigenvalue float64
}

// exactNodes is how many nodes a graph may have for all of its distances to be computed.
const exactNodes = 4000

// someNodes is from how many nodes distances are computed in larger ones.
const someNodes = 200

// Measure measures a graph. It takes time in proportion to its edges, times 4,000 at most.
func Measure(g *Graph) Measures {
	n := g.Neighbours()
	m := Measures{Nodes: g.Nodes, Edges: len(g.Edges)}
	m.degrees(n)
	part := m.components(n)
	m.distances(n, part)
	m.Clustering = clustering(n, g.Nodes)
	m.Eigenvalue = eigenvalue(n, part)
	return m
}

func (m *Measures) degrees(n Neighbours) {
	d := &m.Degree
	d.Least = math.MaxInt
	var sum, squares float64
	for i := range int32(m.Nodes) {
		k := n.Degree(i)
		d.Least, d.Most = min(d.Least, k), max(d.Most, k)
		for len(d.Counts) <= k {
			d.Counts = append(d.Counts, 0)
		}
		d.Counts[k]++
		sum += float64(k)
		squares += float64(k) * float64(k)
	}
	d.Mean = sum / float64(m.Nodes)
	d.Deviation = math.Sqrt(max(0, squares/float64(m.Nodes)-d.Mean*d.Mean))
}

// components counts the parts and lists the nodes of the largest, in ascending order.
func (m *Measures) components(n Neighbours) (largest []int32) {
	walk := newWalk(m.Nodes)
	seen := make([]bool, m.Nodes)
	for i := range int32(m.Nodes) {
		if seen[i] {
			continue
		}
		m.Components++
		walk.from(n, i)
		for _, j := range walk.order {
			seen[j] = true
		}
		if len(walk.order) > len(largest) {
			largest = slices.Clone(walk.order)
		}
	}
	m.Largest = len(largest)
	slices.Sort(largest)
	return largest
}

func (m *Measures) distances(n Neighbours, part []int32) {
	from := part
	if len(part) > exactNodes {
		m.AtLeast = true
		from = nil
		d := newDraw(1, uint64(len(part)))
		for range someNodes {
			from = append(from, part[d.below(len(part))])
		}
	}
	walk := newWalk(m.Nodes)
	var sum, count float64
	for _, i := range from {
		walk.from(n, i)
		for _, j := range walk.order[1:] {
			sum += float64(walk.distance[j])
		}
		count += float64(len(walk.order) - 1)
		last := walk.order[len(walk.order)-1]
		m.Diameter = max(m.Diameter, int(walk.distance[last]))
	}
	if count > 0 {
		m.MeanDistance = sum / count
	}
}

// walk is a breadth-first search that is used again and again.
type walk struct {
	distance []int32 // of those in order; -1 elsewhere
	order    []int32 // nodes as they were reached
}

func newWalk(nodes int) *walk {
	w := &walk{distance: make([]int32, nodes)}
	for i := range w.distance {
		w.distance[i] = -1
	}
	return w
}

func (w *walk) from(n Neighbours, start int32) {
	for _, i := range w.order {
		w.distance[i] = -1
	}
	w.order = append(w.order[:0], start)
	w.distance[start] = 0
	for at := 0; at < len(w.order); at++ {
		i := w.order[at]
		for _, j := range n.Of(i) {
			if w.distance[j] < 0 {
				w.distance[j] = w.distance[i] + 1
				w.order = append(w.order, j)
			}
		}
	}
}

// clusteringPairs is how many pairs of neighbours are looked at, at most, of one node: hubs have millions.
const clusteringPairs = 10_000

// clustering is the mean, over the nodes with two neighbours or more, of how many pairs of them are linked.
func clustering(n Neighbours, nodes int) float64 {
	sum, count := 0.0, 0.0
	d := newDraw(2, uint64(nodes))
	for i := range int32(nodes) {
		if n.Degree(i) >= 2 {
			sum += n.clustering(i, d)
			count++
		}
	}
	if count == 0 {
		return 0
	}
	return sum / count
}

func (n Neighbours) clustering(i int32, d *draw) float64 {
	of := n.Of(i)
	linked, pairs := 0, len(of)*(len(of)-1)/2
	if pairs > clusteringPairs {
		for range clusteringPairs {
			a := d.below(len(of))
			b := (a + 1 + d.below(len(of)-1)) % len(of)
			if n.linked(of[a], of[b]) {
				linked++
			}
		}
		return float64(linked) / clusteringPairs
	}
	for a, j := range of {
		for _, k := range of[:a] {
			if n.linked(j, k) {
				linked++
			}
		}
	}
	return float64(linked) / float64(pairs)
}

func (n Neighbours) linked(a, b int32) bool {
	if n.Degree(a) > n.Degree(b) {
		a, b = b, a
	}
	_, found := slices.BinarySearch(n.Of(a), b)
	return found
}
