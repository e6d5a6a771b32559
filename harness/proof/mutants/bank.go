package mutants

import (
	"fmt"
	"slices"
	"strings"

	"strata/harness/course/steps"
)

// Bank picks the mutants of these layers and names; all, if none is named. A name may also be the
// begin of several, up to a colon: "p2p/dial.go".
func Bank(all []Mutant, layers, names []string) ([]Mutant, error) {
	for _, l := range layers {
		if l != steps.Whole && !slices.Contains(steps.Written, l) {
			return nil, fmt.Errorf("unknown layer %q: want one of %s, %s",
				l, strings.Join(steps.Written, ", "), steps.Whole)
		}
	}
	found := make(map[string]bool)
	named := func(m Mutant) bool {
		for _, n := range names {
			if m.Name == n || strings.HasPrefix(m.Name, n+":") {
				found[n] = true
				return true
			}
		}
		return len(names) == 0
	}
	var bank []Mutant
	for _, m := range all {
		if named(m) && (len(layers) == 0 || slices.Contains(layers, m.Layer)) {
			bank = append(bank, m)
		}
	}
	for _, n := range names {
		if !found[n] {
			return nil, fmt.Errorf("no mutant is named %q: they are the files of harness/proof/mutants", n)
		}
	}
	return bank, nil
}
