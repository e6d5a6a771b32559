package mutants

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"text/tabwriter"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
	"strata/scenario"
)

// Strike is how a scenario fared against the bank: a scenario that no wrong solution fails may be one
// that cannot fail.
type Strike struct {
	Scenario string
	Kills    int    // wrong solutions that fail it
	One      string // one of them; empty: none
	Reason   string // why there need not be one; empty: there has to be
}

// Good says whether it is as it has to be.
func (s Strike) Good() bool { return s.Kills > 0 || s.Reason != "" }

// Strikes counts the wrong solutions that each scenario fails, of the layers that were graded.
// harness/proof/mutants/unkilled.txt says which scenarios need none, and why. Error: that file is wrong, or
// lists a scenario that a mutant does fail.
func Strikes(root fs.FS, scenarios []scenario.Scenario, kills []Kill) ([]Strike, error) {
	text, err := checkout.Read(root, "harness/proof/mutants/unkilled.txt")
	if err != nil {
		return nil, fmt.Errorf("mutants: %w", err)
	}
	reasons, err := equivalents(text)
	if err != nil {
		return nil, err
	}
	graded, by := make(map[string]bool), make(map[string][]string)
	for _, k := range kills {
		graded[steps.LayerOf(k.Step)] = true
		for _, name := range k.Scenarios {
			by[name] = append(by[name], k.Name)
		}
	}
	var rows []Strike
	for _, s := range scenarios {
		if !graded[steps.LayerOf(s.Step)] {
			continue
		}
		row := Strike{Scenario: s.Name, Kills: len(by[s.Name]), Reason: reasons[s.Name]}
		if row.Kills > 0 {
			row.One = slices.Min(by[s.Name])
		}
		if row.Kills > 0 && row.Reason != "" {
			return nil, fmt.Errorf("mutants: unkilled.txt lists %s, which fails %s: take it off", s.Name, row.One)
		}
		rows = append(rows, row)
	}
	for _, s := range scenarios {
		delete(reasons, s.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		return nil, fmt.Errorf("mutants: unkilled.txt lists %s, which is no scenario", name)
	}
	return rows, nil
}

// RenderStrikes writes the matrix by scenario.
func RenderStrikes(w io.Writer, rows []Strike) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nscenario\tmutants that fail it\tsuch as")
	killing := 0
	for _, r := range rows {
		one := r.One
		switch {
		case r.Kills > 0:
			killing++
		case r.Reason != "":
			one = "needs none: " + r.Reason
		default:
			one = "none: add one to harness/proof/mutants, or to unkilled.txt the reason why there can be none"
		}
		fmt.Fprintf(table, "%s\t%d\t%s\n", r.Scenario, r.Kills, one)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("mutants: %w", err)
	}
	_, err := fmt.Fprintf(w, "%d of %d scenarios fail a wrong solution\n", killing, len(rows))
	return err
}

// AllStrike says whether every scenario fails a wrong solution, or needs not to.
func AllStrike(rows []Strike) bool {
	return !slices.ContainsFunc(rows, func(r Strike) bool { return !r.Good() })
}
