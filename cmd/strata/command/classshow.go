package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/grade/handin"
)

func newClassShow(w World) *cobra.Command {
	var rules string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show DIR",
		Short: "Show how a class stands",
		Long: `Shows a table of a class that strata class grade has graded, which step and rule fails how often, how
the points are spread, which hand-ins took longest, and which were refused. --rules counts the points again
by other weights, and grades nothing.

The exit status is 0 if every hand-in is graded, and 1 if not.`,
		Example: `  strata class show results
  strata class show results --rules course.toml
  strata class show results --json`,
		Args:              oneArg("the directory of the results"),
		ValidArgsFunction: directories,
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := class.Open(args[0])
			if err != nil {
				return err
			}
			r, err := readRules(rules)
			if err != nil {
				return err
			}
			if asJSON {
				return w.classJSON(f, r)
			}
			return w.classTable(f, r)
		},
	}
	cmd.Flags().StringVar(&rules, "rules", "", "what everything is worth: a TOML `FILE`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print where everybody stands as JSON")
	must(cmd.MarkFlagFilename("rules"))
	return cmd
}

// classJSON prints the standings as one JSON value.
func (w World) classJSON(f *class.Folder, rules class.Rules) error {
	all, err := f.Standings(rules)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w.Out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	return answer(!slices.ContainsFunc(all, func(s class.Standing) bool { return !s.Graded }))
}

// classTable prints where everybody stands, and what there is to learn of it.
func (w World) classTable(f *class.Folder, rules class.Rules) error {
	all, err := f.Standings(rules)
	if err != nil {
		return err
	}
	w.standings(all)
	w.mostBroken(all)
	w.spread(all)
	if err := w.slowest(f, all); err != nil {
		return err
	}
	count := class.CountOf(all)
	fmt.Fprintf(w.Out, "\n%d of %d hand-ins are graded", count.Graded, len(all))
	if count.Waiting > 0 {
		fmt.Fprintf(w.Out, "; %d can be: strata class grade goes on", count.Waiting)
	}
	if count.Refused > 0 {
		fmt.Fprintf(w.Out, "; see the remarks for the others")
	}
	fmt.Fprintf(w.Out, ". Results: %s\n", f.Dir)
	return answer(count.Graded == len(all))
}

// standings is a line for each student.
func (w World) standings(all []class.Standing) {
	head := []string{"student", "points"}
	i := slices.IndexFunc(all, func(s class.Standing) bool { return s.Graded })
	if i >= 0 {
		head[1] = "of " + class.Number(all[i].Of)
		for _, l := range all[i].Layers {
			head = append(head, fmt.Sprintf("%s/%s", l.Layer, class.Number(l.Of)))
		}
	}
	var rows [][]string
	for _, s := range all {
		row := []string{handin.Shown(s.Name), "-"}
		if s.Graded {
			row[1] = class.Number(s.Points)
			for _, l := range s.Layers {
				row = append(row, class.Number(l.Points))
			}
		}
		for len(row) < len(head) {
			row = append(row, "-")
		}
		rows = append(rows, append(row, s.Remarks()))
	}
	printTable(w, append(head, "remarks"), rows)
}

// mostShown is how many lines each of the lists has.
const mostShown = 12

func (w World) mostBroken(all []class.Standing) {
	list := class.MostBroken(all)
	if len(list) == 0 {
		return
	}
	var rows [][]string
	for _, b := range list[:min(len(list), mostShown)] {
		rows = append(rows, []string{b.Step, cmp.Or(b.Rule, "-"), fmt.Sprint(b.Times), handin.Shown(b.Example), b.Run})
	}
	fmt.Fprintln(w.Out)
	printTable(w, []string{"fails in", "rule", "hand-ins", "such as", "run"}, rows)
}

// spread draws how many have how much.
func (w World) spread(all []class.Standing) {
	tenths := class.Spread(all)
	most := slices.Max(tenths[:])
	if most == 0 {
		return
	}
	const width = 40
	var rows [][]string
	for i, n := range tenths {
		share := fmt.Sprintf("%d to %d %%", 10*i, 10*(i+1))
		if i == 10 {
			share = "all"
		}
		rows = append(rows, []string{share, fmt.Sprint(n), strings.Repeat("#", (n*width+most-1)/most)})
	}
	fmt.Fprintln(w.Out)
	printTable(w, []string{"points", "students", ""}, rows)
}

// slowest lists what took longest.
func (w World) slowest(f *class.Folder, all []class.Standing) error {
	type took struct {
		who  string
		time time.Duration
	}
	var list []took
	seen := make(map[string]bool)
	for _, s := range all {
		if seen[s.Digest] {
			continue
		}
		seen[s.Digest] = true
		r, ok, err := f.Report(s.Handin)
		if err != nil {
			return err
		}
		if ok && s.Graded {
			list = append(list, took{s.Name, r.Elapsed})
		}
	}
	slices.SortStableFunc(list, func(a, b took) int { return cmp.Compare(b.time, a.time) })
	var rows [][]string
	for _, t := range list[:min(len(list), 5)] {
		rows = append(rows, []string{handin.Shown(t.who), t.time.Round(10 * time.Millisecond).String()})
	}
	if len(rows) > 0 {
		fmt.Fprintln(w.Out)
		printTable(w, []string{"took longest", ""}, rows)
	}
	return nil
}
