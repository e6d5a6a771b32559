package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/grade"
	"strata/harness/lab"
)

func newReplay(w World) *cobra.Command {
	var opt grade.ReplayOptions
	var files pictures
	cmd := &cobra.Command{
		Use:   "replay SCENARIO/SEED",
		Short: "Run one graded run again, and show what happened",
		Long: `Runs one scenario with one seed, exactly as it was graded, and shows the last events before the
verdict. --html, --pcap and --jsonl write all of them to files. --shrink leaves out everything that
the failure does not need, and shows the rest. --why draws how likely the run was to fail as time went
by: up to each moment as it was, and from then on with other random numbers.

The exit status is 0 if the run passed, and 1 if not.`,
		Example: `  strata replay gossip/layout/17
  strata replay network/random-pieces/3 --dir solutions --all
  strata replay gossip/layout/17 --shrink
  strata replay gossip/layout/17 --why
  strata replay gossip/layout/17 --html run.html --pcap run.pcapng`,
		Args:              oneArg("a run, SCENARIO/SEED, as a report names it"),
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.completeReplay(cmd, &opt, args[0]); err != nil {
				return err
			}
			return w.replay(cmd.Context(), opt, files)
		},
	}
	bindReplay(cmd, &opt)
	onlyOne(cmd, "shrink", "why", "picks")
	files.bind(cmd)
	return cmd
}

// bindReplay adds the flags that say what is shown of the run.
func bindReplay(cmd *cobra.Command, opt *grade.ReplayOptions) {
	cmd.Flags().StringVar(&opt.Dir, "dir", "", "`DIR` with the layers (default: exercises)")
	addExec(cmd)
	cmd.Flags().BoolVar(&opt.All, "all", false, "show every event, timers and parts of messages too")
	numberFlag(cmd.Flags(), &opt.Last, "last", 1, 40, "show the last `N` events")
	cmd.Flags().StringVar(&opt.Picks, "picks", "", "the `EVENT:NUMBER` pairs that a session of strata debug picked, such as 17:2")
	cmd.Flags().BoolVar(&opt.Shrink, "shrink", false, "show the smallest run that fails in the same way")
	cmd.Flags().BoolVar(&opt.Why, "why", false, "show when the run was doomed")
	must(cmd.RegisterFlagCompletionFunc("dir", directories))
}

// completeReplay fills in what no flag of its own says: which run, where, and for how long.
func (w World) completeReplay(cmd *cobra.Command, opt *grade.ReplayOptions, run string) error {
	s, err := w.settings(cmd, gradeTable)
	if err != nil {
		return err
	}
	if err := s.Grade.validate(); err != nil {
		return err
	}
	at, err := w.place(cmd)
	if err != nil {
		return err
	}
	opt.Root, opt.Own = at.root, at.exercises()
	if opt.Exec, err = execOf(cmd); err != nil {
		return err
	}
	if opt.Scenario, opt.Seed, err = grade.ParseRun(run); err != nil {
		return usage(err)
	}
	if err := known("scenario", []string{opt.Scenario}, scenarioNames()); err != nil {
		return err
	}
	if _, err := lab.ParsePicks(opt.Picks); err != nil {
		return fmt.Errorf("--picks: %w", err)
	}
	opt.Timeout = s.Grade.Timeout.Duration
	return nil
}

// replay runs the run again and writes the files that are asked for.
func (w World) replay(ctx context.Context, opt grade.ReplayOptions, files pictures) error {
	album, err := files.begin()
	if err != nil {
		return err
	}
	if album != nil {
		defer album.discard()
		opt.Record = album.record
	}
	passed, err := grade.Replay(ctx, opt, w.Out)
	if err != nil {
		return usage(err)
	}
	if !passed {
		return errAnswerNo
	}
	return nil
}

// scenarioNames lists what can be replayed.
func scenarioNames() (names []string) {
	for _, s := range grade.Scenarios() {
		names = append(names, s.Name)
	}
	return names
}

// completeScenario completes `scenario/`, to which the seed is added by hand.
func completeScenario(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, s := range grade.Scenarios() {
		if name := s.Name + "/"; len(args) == 0 && strings.HasPrefix(name, typed) {
			names = append(names, name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
