// Package steps is the list of what students write, in the order in which they write it.
package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Step is one exercise: a part of one layer, 5 to 40 lines long.
type Step struct {
	ID     string    // "<layer>.<n>", as in network.NotWritten
	Layer  string    // one of Written, or Whole
	Title  string    // what it makes, in a few words
	Points int       // awarded if every scenario of the step passes
	Rules  []string  // of docs/protocol.md that it is about
	Hints  [3]string // a nudge, the idea, the pseudo-code
	Lines  int       // length of our solution
}

// Chapter is the file of the book that teaches the step, from the module's root.
func (s Step) Chapter() string {
	n := slices.Index(Layers, s.Layer) + 1
	switch {
	case electiveChapters[s.Layer] > 0:
		n = electiveChapters[s.Layer]
	case slices.Contains(Practice, s.Layer):
		n = 0
	case n == 0:
		n = len(Layers)
		return fmt.Sprintf("docs/%d-%s.md", n, Layers[n-1])
	}
	return fmt.Sprintf("docs/%d-%s.md", n, s.Layer)
}

// Layers of the core that students write, lowest first.
var Layers = []string{"network", "messaging", "p2p", "gossip", "mempool", "chain"}

// Electives are further ledgers, each on layers 1 to 4, and each graded for itself.
var Electives = []string{"leader", "validators", "lattice", "causal"}

// electiveChapters are the numbers of the electives' chapters.
var electiveChapters = map[string]int{"leader": 7, "validators": 8, "lattice": 9, "causal": 10}

// Practice is what students get finished, to break and to repair: the layer of chapter 0.
var Practice = []string{"echo"}

// Written is everything that students write: the directories of exercises/.
var Written = slices.Concat(Layers, Electives, Practice)

// Sealed is what can be graded behind glass: what the boundary carries.
var Sealed = append(slices.Clone(Layers), "leader", "validators", "causal")

// Below are the contracts that a layer or an elective may import, the lowest first, its own the last.
func Below(layer string) []string {
	if slices.Contains(Practice, layer) {
		return append(slices.Clone(Layers[:2]), Contract(layer))
	}
	if slices.Contains(Electives, layer) {
		return append(slices.Clone(Layers[:4]), "ledgers", "ledgers/agreement", "ledgers/"+layer)
	}
	return slices.Clone(Layers[:slices.Index(Layers, layer)+1])
}

// Contract is the import path, within the module, of the contract of a layer or an elective.
func Contract(layer string) string {
	if slices.Contains(Practice, layer) {
		return "messaging/" + layer
	}
	if slices.Contains(Electives, layer) {
		return "ledgers/" + layer
	}
	return layer
}

// Whole is the layer of the last step: all six together. It has no code of its own.
const Whole = "stack"

// LayerPoints is what each layer is worth, those of the core together 100; and each elective and practice.
var LayerPoints = map[string]int{
	"network": 10, "messaging": 15, "p2p": 20, "gossip": 15, "mempool": 15, "chain": 20, Whole: 5,
	"leader": 20, "validators": 20, "lattice": 20, "causal": 20, "echo": 1,
}

// List has every step in order.
var List = slices.Concat(networkSteps, messagingSteps, p2pSteps, gossipSteps, mempoolSteps, chainSteps, stackSteps,
	leaderSteps, validatorsSteps, latticeSteps, causalSteps, echoSteps)

// Find returns the step of that id.
func Find(id string) (Step, bool) {
	i := slices.IndexFunc(List, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return List[i], true
}

// LayerOf is the layer that a step's id names.
func LayerOf(id string) string {
	layer, _, _ := strings.Cut(id, ".")
	return layer
}

// LayersOf are those of steps, one for each.
func LayersOf(ids []string) (layers []string) {
	for _, id := range ids {
		layers = append(layers, LayerOf(id))
	}
	return layers
}

// Validate reports every fault of the list at once.
func Validate() error {
	var faults []error
	points := make(map[string]int)
	last := map[string]int{}
	for _, s := range List {
		last[s.Layer]++
		points[s.Layer] += s.Points
		if want := fmt.Sprintf("%s.%d", s.Layer, last[s.Layer]); s.ID != want {
			faults = append(faults, fmt.Errorf("steps: %s stands where %s is expected", s.ID, want))
		}
		faults = append(faults, s.Faults()...)
	}
	for layer, want := range LayerPoints {
		if points[layer] != want {
			faults = append(faults, fmt.Errorf("steps: layer %s has %d points, want %d", layer, points[layer], want))
		}
	}
	return errors.Join(faults...)
}

// Faults lists what the step lacks.
func (s Step) Faults() []error {
	var faults []error
	want := func(ok bool, what string) {
		if !ok {
			faults = append(faults, fmt.Errorf("steps: %s: %s", s.ID, what))
		}
	}
	want(s.Layer == Whole || slices.Contains(Written, s.Layer), "unknown layer")
	want(s.Title != "", "no title")
	want(s.Points > 0, "no points")
	want(len(s.Rules) > 0, "no rules")
	want(s.Layer == Whole || s.Lines >= 5 && s.Lines <= 40, "our solution is not 5 to 40 lines")
	for i, h := range s.Hints {
		want(h != "", fmt.Sprintf("hint %d is empty", i+1))
	}
	return faults
}
