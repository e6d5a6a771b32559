package topology

import "math"

func dials(b *builder) {
	degree := make([]int, b.Nodes)
	for i := range int32(b.Nodes) {
		// In a dense graph so many may have dialled a node that it finds fewer to dial itself.
		for n := min(b.Dials, b.Nodes-1-degree[i]); n > 0; {
			if to := b.node(b.Nodes); b.link(i, to) {
				degree[i]++
				degree[to]++
				n--
			}
		}
	}
}

// regular pairs stubs at random, and then exchanges the ends of pairs that will not do with those of others.
func regular(b *builder) {
	if b.Degree > (b.Nodes-1)/2 { // few graphs would do: draw who is not linked
		b.complement()
		return
	}
	for !b.pairUp() {
		clear(b.seen)
		b.edges = b.edges[:0]
	}
}

// pairUp draws a regular graph. It gives up where no exchange helps, which happens in very small ones.
func (b *builder) pairUp() bool {
	stubs := make([]int32, 0, b.Nodes*b.Degree)
	for i := range int32(b.Nodes) {
		for range b.Degree {
			stubs = append(stubs, i)
		}
	}
	b.shuffle(stubs)
	var bad []Edge
	for i := 0; i < len(stubs); i += 2 {
		if !b.link(stubs[i], stubs[i+1]) {
			bad = append(bad, Edge{stubs[i], stubs[i+1]})
		}
	}
	for tries := 100 * len(stubs); len(bad) > 0; tries-- {
		if tries == 0 || len(b.edges) == 0 {
			return false
		}
		i := b.below(len(b.edges))
		other := b.edges[i]
		if b.next()&1 == 0 {
			other.From, other.To = other.To, other.From
		}
		if b.exchange(i, bad[len(bad)-1], other) {
			bad = bad[:len(bad)-1]
		}
	}
	return true
}

// exchange makes of a pair that will not do and of edge i, in either direction, two edges that will.
func (b *builder) exchange(i int, e, other Edge) bool {
	first, second := pairOf(e.From, other.To), pairOf(other.From, e.To)
	_, a := b.seen[first]
	_, c := b.seen[second]
	if a || c || first == second || e.From == other.To || other.From == e.To {
		return false
	}
	delete(b.seen, pairOf(other.From, other.To))
	b.seen[first], b.seen[second] = struct{}{}, struct{}{}
	b.edges[i] = Edge{e.From, other.To}
	b.edges = append(b.edges, Edge{other.From, e.To})
	return true
}

// complement links all pairs but those of a regular graph of the other degree.
func (b *builder) complement() {
	without := &builder{Spec: b.Spec, draw: b.draw, seen: linked{}}
	without.Degree = b.Nodes - 1 - b.Degree
	regular(without)
	for i := range int32(b.Nodes) {
		for j := i + 1; j < int32(b.Nodes); j++ {
			if _, ok := without.seen[pairOf(i, j)]; !ok {
				b.link(i, j)
			}
		}
	}
}

// gnp goes over all pairs and skips, at once, those that are not linked.
func gnp(b *builder) {
	if b.Chance == 0 {
		return
	}
	if b.Chance == 1 {
		complete(b)
		return
	}
	row, column := 1, -1
	for row < b.Nodes {
		skip := math.Log(b.float()) / math.Log1p(-b.Chance)
		column += 1 + int(min(skip, 1<<50))
		for row < b.Nodes && column >= row {
			column -= row
			row++
		}
		if row < b.Nodes {
			b.link(int32(row), int32(column))
		}
	}
}

func smallWorld(b *builder) {
	far := uint64(b.Rewire * (1 << 63))
	for step := 1; step <= b.Neighbours/2; step++ {
		for i := range int32(b.Nodes) {
			to := int32((int(i) + step) % b.Nodes)
			if b.next()>>1 >= far && b.link(i, to) {
				continue
			}
			for range 100 { // a node that is linked with nearly all keeps fewer
				if b.link(i, b.node(b.Nodes)) {
					break
				}
			}
		}
	}
}

// scaleFree draws the ends of edges that there are: a node comes up as often as it has links.
func scaleFree(b *builder) {
	core := int32(b.Links + 1)
	var ends []int32
	for i := range core {
		for j := range i {
			b.link(i, j)
			ends = append(ends, i, j)
		}
	}
	for i := core; i < int32(b.Nodes); i++ {
		for n := 0; n < b.Links; {
			if to := ends[b.below(len(ends))]; b.link(i, to) {
				n++
			}
		}
		for _, e := range b.edges[len(b.edges)-b.Links:] {
			ends = append(ends, e.From, e.To)
		}
	}
}

func torus(b *builder) {
	rows := b.Rows
	if rows == 0 {
		for r := 1; r*r <= b.Nodes; r++ {
			if b.Nodes%r == 0 {
				rows = r
			}
		}
	}
	columns := b.Nodes / rows
	for i := range b.Nodes {
		row, column := i/columns, i%columns
		b.link(int32(i), int32(row*columns+(column+1)%columns))
		b.link(int32(i), int32((row+1)%rows*columns+column))
	}
}

func complete(b *builder) {
	for i := range int32(b.Nodes) {
		for j := range i {
			b.link(i, j)
		}
	}
}

func star(b *builder) {
	for i := int32(1); i < int32(b.Nodes); i++ {
		b.link(i, 0)
	}
}

func ring(b *builder) {
	for i := range int32(b.Nodes) {
		b.link(i, int32((int(i)+1)%b.Nodes))
	}
}
