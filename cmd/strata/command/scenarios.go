package command

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"strata/harness/course/steps"
	"strata/harness/grade"
)

func newScenarios(w World) *cobra.Command {
	return &cobra.Command{
		Use:   "scenarios [LAYER|STEP|RULE]",
		Short: "List the checks that grade you",
		Long: `Lists the scenarios by name, each with the step that it grades and what it promises. A layer, a step
or a rule leaves the others out. strata replay takes any of them.`,
		Example: `  strata scenarios
  strata scenarios gossip
  strata scenarios GSP-3`,
		Args:              upToOneArg("a LAYER, a STEP or a RULE"),
		ValidArgsFunction: completeTopic,
		RunE: func(_ *cobra.Command, args []string) error {
			topic := ""
			if len(args) > 0 {
				topic = args[0]
			}
			return w.listScenarios(topic)
		},
	}
}

// listScenarios writes the scenarios of a layer, a step or a rule; all if it is empty.
func (w World) listScenarios(topic string) error {
	if err := knownTopic(topic); topic != "" && err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, s := range grade.Scenarios() {
		if topic == "" || topic == s.Step || topic == steps.LayerOf(s.Step) || slices.Contains(s.Rules, topic) {
			fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Step, s.Title)
		}
	}
	return table.Flush()
}

// topics are what scenarios can be asked for by: layers, steps, rules.
func topics() []string {
	names := append(slices.Clone(steps.Written), steps.Whole)
	names = append(names, stepIDs()...)
	for _, s := range grade.Scenarios() {
		for _, rule := range s.Rules {
			if !slices.Contains(names, rule) {
				names = append(names, rule)
			}
		}
	}
	return names
}

// knownTopic reports what is no layer, step or rule.
func knownTopic(topic string) error {
	return known("layer, step or rule", []string{topic}, topics())
}

// completeTopic completes a layer, a step or a rule.
func completeTopic(_ *cobra.Command, args []string, typed string) (found []string, _ cobra.ShellCompDirective) {
	for _, name := range topics() {
		if len(args) == 0 && strings.HasPrefix(name, typed) {
			found = append(found, name)
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}
