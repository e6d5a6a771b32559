package command

import (
	"context"
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"strata/harness/grade"
	"strata/harness/grade/doctor"
)

func newDoctor(w World) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this machine has and lacks for grading, with remedies",
		Long: `Looks at Go and its caches, the names of directories, the room on the disk, the line ends of the exercises,
the sandbox, and programs that some commands use. Then it grades a layer of ours. The exit status is 0 if
grading works, and 1 if not.`,
		Example: "  strata doctor",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := w.place(cmd)
			if err != nil {
				return err
			}
			all := doctor.Examine(cmd.Context(), doctor.Machine{
				Root: at.root, Exercises: at.exercises(), Cache: cacheDir(),
				Probe: w.Probe, Opener: opener()[0],
				Grade: func(ctx context.Context) error { return gradeOurs(ctx, at.root) },
			})
			if asJSON {
				err = printJSON(w.Out, all)
			} else {
				err = w.printFindings(all)
			}
			if err == nil && !doctor.Works(all) {
				err = errAnswerNo
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// gradeOurs grades our layer 1 with one seed.
func gradeOurs(ctx context.Context, root string) error {
	report, err := grade.Grade(ctx, grade.Options{
		Root: root, Dir: filepath.Join(root, "solutions"), Layers: []string{"network"}, Seeds: 1,
	})
	if err == nil && !report.Complete() {
		err = fmt.Errorf("our own layer 1 has %d of %d points: this strata, or its workshop, is not as it was made",
			report.Points, report.Of)
	}
	return usage(err)
}

// printFindings prints a line for each finding, with the remedy below it.
func (w World) printFindings(all []doctor.Finding) error {
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, f := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Name, f.State, oneLine(f.Text))
		if f.Remedy != "" {
			fmt.Fprintf(table, "\t\t%s\n", "remedy: "+f.Remedy)
		}
	}
	return table.Flush()
}
