package selfcheck

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Render writes the steps as a table, and below it what has to be put right.
func (r Report) Render(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "step\tpoints\tlines\trules\tchecks\tmutants\tas shipped\tsolved\ttitle")
	for _, s := range r.Steps {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", s.ID, s.Points, s.Lines, s.Rules, s.Checks,
			s.Mutants, s.Unwritten, s.Solved, s.Title)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("selfcheck: %w", err)
	}
	if err := r.renderExercises(w); err != nil {
		return err
	}
	for _, f := range r.Findings {
		if _, err := fmt.Fprintf(w, "\n%s: %s\n    %s\n", f.About, f.Text, f.Remedy); err != nil {
			return fmt.Errorf("selfcheck: %w", err)
		}
	}
	for i, n := range r.Notes {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "note: %s\n", n)
	}
	_, err := fmt.Fprintf(w, "\n%d steps, %d rules, %d wrong solutions: %d findings\n",
		len(r.Steps), r.Rules, r.Mutants, len(r.Findings))
	return err
}

// renderExercises writes what each scenario is for and how many seeds got there.
func (r Report) renderExercises(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, e := range r.Exercises {
		if i == 0 {
			fmt.Fprintln(table, "\nscenario\tseeds\tin which")
		}
		fmt.Fprintf(table, "%s\t%d of %d\t%s\n", e.Scenario, e.Met, e.Seeds, e.What)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("selfcheck: %w", err)
	}
	return nil
}
