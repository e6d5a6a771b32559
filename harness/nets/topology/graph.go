package topology

import (
	"errors"
	"fmt"
	"slices"
)

// MaxNodes is how many nodes a graph can have.
const MaxNodes = 1 << 20

// MaxEdges is how many edges a graph can have.
const MaxEdges = 1 << 26

// ErrImpossible reports a graph that cannot be: the text says what is wrong with its parameters.
var ErrImpossible = errors.New("no such graph")

// Edge says that one node dials another.
type Edge struct{ From, To int32 }

// Graph is a network of nodes 0 to Nodes-1. Names and regions are empty or have an entry for each node; they
// come from files.
type Graph struct {
	Nodes   int
	Edges   []Edge // simple: no node with itself, no pair twice
	Names   []string
	Regions []string
}

// linked remembers pairs of nodes.
type linked map[uint64]struct{}

func pairOf(a, b int32) uint64 { return uint64(min(a, b))<<32 | uint64(max(a, b)) }

// add says whether the pair is new, and two different nodes.
func (l linked) add(a, b int32) bool {
	if a == b {
		return false
	}
	pair := pairOf(a, b)
	if _, ok := l[pair]; ok {
		return false
	}
	l[pair] = struct{}{}
	return true
}

// Check says what is wrong with a graph that was put together by hand or read from a file. Error: ErrImpossible.
func (g *Graph) Check() error {
	if g.Nodes < 1 || g.Nodes > MaxNodes {
		return fmt.Errorf("%w: %d nodes, want 1 to %d", ErrImpossible, g.Nodes, MaxNodes)
	}
	seen := make(linked, len(g.Edges))
	for i, e := range g.Edges {
		switch {
		case e.From < 0 || e.To < 0 || int(e.From) >= g.Nodes || int(e.To) >= g.Nodes:
			return fmt.Errorf(
				"%w: edge %d goes from node %d to node %d, there are 0 to %d",
				ErrImpossible,
				i+1,
				e.From,
				e.To,
				g.Nodes-1,
			)
		case e.From == e.To:
			return fmt.Errorf("%w: edge %d: node %d with itself", ErrImpossible, i+1, e.From)
		case !seen.add(e.From, e.To):
			return fmt.Errorf("%w: edge %d: nodes %d and %d are linked already", ErrImpossible, i+1, e.From, e.To)
		}
	}
	return nil
}

// Dials lists, for each node, whom it dials, in the order of the edges.
func (g *Graph) Dials() [][]int32 {
	counts := make([]int32, g.Nodes)
	for _, e := range g.Edges {
		counts[e.From]++
	}
	all, dials := make([]int32, len(g.Edges)), make([][]int32, g.Nodes)
	for i, n := range counts {
		dials[i], all = all[:0:n], all[n:]
	}
	for _, e := range g.Edges {
		dials[e.From] = append(dials[e.From], e.To)
	}
	return dials
}

// Neighbours is who is linked with whom, in flat arrays: those of node i are To[Start[i]:Start[i+1]], in
// ascending order.
type Neighbours struct {
	Start []int32
	To    []int32
}

// Neighbours are the graph's, whoever dialled.
func (g *Graph) Neighbours() Neighbours {
	n := Neighbours{make([]int32, g.Nodes+1), make([]int32, 2*len(g.Edges))}
	for _, e := range g.Edges {
		n.Start[e.From+1]++
		n.Start[e.To+1]++
	}
	for i := range g.Nodes {
		n.Start[i+1] += n.Start[i]
	}
	next := slices.Clone(n.Start)
	for _, e := range g.Edges {
		n.To[next[e.From]], n.To[next[e.To]] = e.To, e.From
		next[e.From]++
		next[e.To]++
	}
	for i := range g.Nodes {
		slices.Sort(n.Of(int32(i)))
	}
	return n
}

// Of are the neighbours of one node.
func (n Neighbours) Of(i int32) []int32 { return n.To[n.Start[i]:n.Start[i+1]] }

// Degree is how many neighbours a node has.
func (n Neighbours) Degree(i int32) int { return int(n.Start[i+1] - n.Start[i]) }
