package topology

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Spec asks for a kind of graph. Each kind has parameters of its own, see Kinds; the others are zero.
type Spec struct {
	Kind       string
	Nodes      int
	Dials      int     // dials: by each node
	Degree     int     // regular: of each node
	Chance     float64 // gnp: of each pair to be linked
	Neighbours int     // small-world: on the ring, even
	Rewire     float64 // small-world: chance of each link to go elsewhere
	Links      int     // scale-free: that each new node brings
	Rows       int     // torus: of the grid; 0 means the most square one
}

// kind is one way to make a graph.
type kind struct {
	parameter string // in words, for documents and messages
	check     func(Spec) string
	make      func(*builder)
	edges     func(Spec) int // about how many
}

// kinds are all there are, by name.
var kinds = map[string]kind{
	"dials": {"dials: each node dials so many others at random, never one that is linked already",
		func(s Spec) string {
			return between("dials", s.Dials, 1, (s.Nodes-1)/2)
		}, dials, func(s Spec) int { return s.Nodes * s.Dials }},
	"regular": {"degree: random, each node with the same number of links",
		func(s Spec) string {
			if s.Nodes*s.Degree%2 != 0 {
				return fmt.Sprintf(
					"%d nodes with degree %d would have half a link: make one of them even",
					s.Nodes,
					s.Degree,
				)
			}
			return between("degree", s.Degree, 1, s.Nodes-1)
		}, regular, func(s Spec) int { return s.Nodes * s.Degree / 2 }},
	"gnp": {"chance: each pair is linked with that chance", func(s Spec) string {
		return chance("chance", s.Chance)
	}, gnp, func(s Spec) int { return int(float64(s.Nodes) * float64(s.Nodes-1) / 2 * s.Chance) }},
	"small-world": {"neighbours, rewire: a ring whose links go elsewhere with that chance",
		func(s Spec) string {
			if s.Neighbours%2 != 0 {
				return fmt.Sprintf("neighbours is %d: want an even number, half of them on each side", s.Neighbours)
			}
			if why := between("neighbours", s.Neighbours, 2, s.Nodes-1); why != "" {
				return why
			}
			return chance("rewire", s.Rewire)
		}, smallWorld, func(s Spec) int { return s.Nodes * s.Neighbours / 2 }},
	"scale-free": {"links: nodes come one by one, each with so many links to those that have many",
		func(s Spec) string {
			return between("links", s.Links, 1, s.Nodes-1)
		}, scaleFree, func(s Spec) int { return s.Nodes * s.Links }},
	"torus": {"rows: a grid whose edges are glued together; 0 means the most square one",
		func(s Spec) string {
			if s.Rows != 0 && (s.Rows < 1 || s.Nodes%s.Rows != 0) {
				return fmt.Sprintf("%d nodes do not fill %d rows: want a divisor of %d", s.Nodes, s.Rows, s.Nodes)
			}
			return ""
		}, torus, func(s Spec) int { return 2 * s.Nodes }},
	"complete": {"no parameter: every pair is linked", func(s Spec) string {
		return between("nodes", s.Nodes, 1, 10_000)
	}, complete, func(s Spec) int { return s.Nodes * (s.Nodes - 1) / 2 }},
	"star": {"no parameter: all dial node 0, the hub", func(Spec) string { return "" }, star,
		func(s Spec) int { return s.Nodes - 1 }},
	"ring": {
		"no parameter: each dials the next",
		func(Spec) string { return "" },
		ring,
		func(s Spec) int { return s.Nodes },
	},
}

// Kinds lists the kinds of graphs, each with its parameters in words.
func Kinds() map[string]string {
	all := map[string]string{}
	for name, k := range kinds {
		all[name] = k.parameter
	}
	return all
}

// Edges is about how many edges there will be, for estimates. 0 for an unknown kind.
func (s Spec) Edges() int {
	if k, ok := kinds[s.Kind]; ok {
		return k.edges(s)
	}
	return 0
}

func between(what string, n, least, most int) string {
	if n < least || n > most {
		return fmt.Sprintf("%s is %d: want %d to %d", what, n, least, most)
	}
	return ""
}

func chance(what string, p float64) string {
	if !(p >= 0 && p <= 1) {
		return fmt.Sprintf("%s is %v: want 0 to 1", what, p)
	}
	return ""
}

// Check says why there is no such graph. Error: ErrImpossible.
func (s Spec) Check() error {
	k, ok := kinds[s.Kind]
	if !ok {
		return fmt.Errorf(
			"%w: kind %q, want one of %s",
			ErrImpossible,
			s.Kind,
			strings.Join(slices.Sorted(maps.Keys(kinds)), ", "),
		)
	}
	why := between("nodes", s.Nodes, 1, MaxNodes)
	if why == "" {
		why = k.check(s)
	}
	if edges := k.edges(s); why == "" && edges > MaxEdges {
		why = fmt.Sprintf("about %d links: want at most %d", edges, MaxEdges)
	}
	if why != "" {
		return fmt.Errorf("%w: %s: %s", ErrImpossible, s.Kind, why)
	}
	return nil
}

// Generate draws the graph of that seed. Error: ErrImpossible.
func Generate(s Spec, seed uint64) (*Graph, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	b := &builder{Spec: s, draw: newDraw(seed, 0x746f706f), seen: linked{}}
	kinds[s.Kind].make(b)
	return &Graph{Nodes: s.Nodes, Edges: b.edges}, nil
}

// builder collects the edges of a graph.
type builder struct {
	Spec
	*draw
	seen  linked
	edges []Edge
}

// link adds an edge unless the two are linked already or one and the same.
func (b *builder) link(from, to int32) bool {
	if !b.seen.add(from, to) {
		return false
	}
	b.edges = append(b.edges, Edge{from, to})
	return true
}
