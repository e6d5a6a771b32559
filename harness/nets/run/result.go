package run

import (
	"encoding/json"
	"fmt"
	"strata/harness/nets/topology"
)

// Result is what came of one run: nothing in it depends on the machine.
type Result struct {
	Seed    uint64             `json:"seed"`
	Hash    string             `json:"hash"`              // of everything that happened at every node
	Events  uint64             `json:"events"`            // callbacks into nodes
	Values  map[string]float64 `json:"values"`            // measures, with their units in their names
	Curves  []Curve            `json:"curves,omitempty"`  // how things spread
	Forks   []Fork             `json:"forks,omitempty"`   // some of the blocks, around the first forks
	Links   []Link             `json:"links,omitempty"`   // of small networks: who was linked with whom at the end
	Nodes   []Node             `json:"nodes,omitempty"`   // of the same
	Regions []string           `json:"regions,omitempty"` // their names
	Notes   []string           `json:"notes,omitempty"`   // what a reader should know
}

// Curve is how something spreads: the share of nodes, or of hash power, that has it after so many seconds.
type Curve struct {
	Name  string    `json:"name"`
	Q     []float64 `json:"q"` // shares
	Times []float64 `json:"s"` // when each share was reached, over all that spread; nothing beyond what was reached
}

// Fork is a block of the time line.
type Fork struct {
	ID     string  `json:"id"`
	Parent string  `json:"parent"`
	Number uint64  `json:"number"`
	Found  float64 `json:"found_s"`
	Miner  int     `json:"miner"`
	Stale  bool    `json:"stale"`
}

// Link is a connection between two nodes.
type Link [2]int32

// Node is a node in a drawing.
type Node struct {
	Region int     `json:"r"`
	Power  float64 `json:"p,omitempty"` // share of the hash power
}

// Encode is the result as JSON: the same result has the same text.
func (r *Result) Encode() []byte {
	text, err := json.Marshal(r) // maps are sorted
	if err != nil {
		panic("run: a result that is no JSON: " + err.Error())
	}
	return text
}

// Decode reads what Encode wrote.
func Decode(text []byte) (*Result, error) {
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	return &r, nil
}

// quantiles are the shares that curves are told at.
var quantiles = []float64{.01, .02, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, .97, .98, .99, .995, .999, 1}

// measureGraph is the whole run of protocol graph.
func (w *world) measureGraph() *Result {
	r := &Result{Seed: w.Seed, Hash: graphHash(w.graph), Values: map[string]float64{}}
	graphValues(r.Values, topology.Measure(w.graph))
	r.Values["links_per_node"] = float64(len(w.graph.Edges)) / float64(w.graph.Nodes)
	return r
}

// graphValues are the measures of a graph.
func graphValues(v map[string]float64, m topology.Measures) {
	v["nodes"], v["links"] = float64(m.Nodes), float64(m.Edges)
	v["degree_mean"], v["degree_deviation"] = m.Degree.Mean, m.Degree.Deviation
	v["degree_least"], v["degree_most"] = float64(m.Degree.Least), float64(m.Degree.Most)
	v["components"], v["largest_share"] = float64(m.Components), float64(m.Largest)/float64(m.Nodes)
	v["diameter"], v["distance_mean"] = float64(m.Diameter), m.MeanDistance
	v["clustering"], v["eigenvalue"] = m.Clustering, m.Eigenvalue
}

// graphHash is a digest of the links.
func graphHash(g *topology.Graph) string {
	h := uint64(g.Nodes)
	for _, e := range g.Edges {
		h = keyed(h, uint64(e.From), uint64(e.To))
	}
	return fmt.Sprintf("%016x", h)
}
