package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"strata/harness/class"
)

func newClassMerge(w World) *cobra.Command {
	var out, rules string
	cmd := &cobra.Command{
		Use:   "merge PART...",
		Short: "Bring the parts of a class together",
		Long: `Takes the results out of directories that strata class grade --shard has made, on this machine or
others, and counts what is missing. A hand-in that two parts have must have the same result in both; if
it has not, both are kept and the exit status is 1.`,
		Example: `  strata class merge part1 part2 --out results`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s wants the directories of the parts", named(cmd))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return w.classMerge(args, out, rules) },
	}
	cmd.Flags().StringVar(&out, "out", "results", "`DIR` of the whole")
	cmd.Flags().StringVar(&rules, "rules", "", "what everything is worth: a TOML `FILE`")
	must(cmd.MarkFlagFilename("rules"))
	return cmd
}

func (w World) classMerge(parts []string, out, file string) error {
	rules, err := readRules(file)
	if err != nil {
		return err
	}
	var whole *class.Folder
	differ := 0
	for _, dir := range parts {
		part, err := class.Open(dir)
		if err != nil {
			return err
		}
		if whole == nil {
			if whole, err = class.Begin(out, part.List); err != nil {
				return err
			}
		} else if err := whole.List.Same(part.List); err != nil {
			return fmt.Errorf("%s %w", dir, err)
		}
		m, err := whole.Merge(part)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.Err, "%s: %d new results, %d known\n", dir, m.New, m.Known)
		for _, k := range m.Differ {
			fmt.Fprintf(w.Err, "strata: result %v is not the same in %s: both are kept; grade that hand-in again on one machine\n",
				k, dir)
			differ++
		}
	}
	return errors.Join(w.classTable(whole, rules), answer(differ == 0))
}
