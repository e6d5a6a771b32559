package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/grade/handin"
	"strata/harness/grade/toolchain"
	"strata/harness/trace"
)

func newClassVerify(w World) *cobra.Command {
	var sample int
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Grade some hand-ins of a class again, and compare",
		Long: `Grades a sample of the hand-ins in DIR again, from the copies that are kept there, as strata class grade did,
and says which do not come to the same points and failures. Equal ones count as one. What is kept stays as it is.
It takes the workshop that the class was graded with.

The exit status is 0 if all are the same, and 1 if one is not.`,
		Example: `  strata class verify results
  strata class verify results --sample 0 # all of them`,
		Args:              oneArg("the directory of the results"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			folder, err := class.Open(args[0])
			if err != nil {
				return err
			}
			return w.classVerify(cmd, folder, sample)
		},
	}
	numberFlag(cmd.Flags(), &sample, "sample", 0, 5, "how many hand-ins, spread over all; 0 means all")
	return cmd
}

func (w World) classVerify(cmd *cobra.Command, folder *class.Folder, sample int) error {
	at, err := w.classPlace(cmd)
	if err != nil {
		return err
	}
	if err := toolchain.Cause(cmd.Context(), at.root); err != nil {
		return err
	}
	suite, err := class.SuiteOf(at.root)
	if err != nil {
		return err
	}
	scenarios, err := class.Scenarios(folder.Dir, folder.List.Settings)
	if err != nil {
		return err
	}
	graders := class.NewGraders(at.root)
	defer graders.Close()
	looked, same := 0, 0
	err = folder.Verify(cmd.Context(), suite, graders.Of(folder.List.Settings, scenarios), sample, func(a class.Again) {
		looked++
		if len(a.Differ) == 0 {
			same++
		}
		for _, line := range a.Differ {
			fmt.Fprintf(w.Out, "%s: %s\n", handin.Shown(a.Name), line)
		}
	})
	if err != nil {
		return err
	}
	if looked == 0 {
		return fmt.Errorf("%s has no results yet: run strata class grade first", folder.Dir)
	}
	fmt.Fprintf(w.Out, "%s graded again: %d the same\n", trace.CountOf(looked, "hand-in"), same)
	return answer(same == looked)
}
