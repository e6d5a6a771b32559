package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/grade"
	"strata/harness/grade/extras"
	"strata/harness/grade/report"
	"strata/harness/lab"
)

func newReplay(w World) *cobra.Command {
	var opt grade.ReplayOptions
	var files pictures
	var test, scenarios string
	cmd := &cobra.Command{
		Use:   "replay SCENARIO[/SEED]",
		Short: "Run one graded run again, and show what happened",
		Long: `Runs one scenario with one seed, exactly as it was graded, and shows the last events before the
verdict. Without a seed it takes the first one that fails. --html, --pcap and --jsonl write all events
to files. --shrink leaves out everything that the failure does not need, and shows the rest. --why draws
how likely the run was to fail as time went by: it keeps the run as it was up to a moment, draws new
random numbers from there on, and counts.

--test writes a Go test of what failed, if that is a call of a pool or an executor, or the cutting of a
stream into messages. Put it beside your code, such as in exercises/chain/found_test.go, and run it with
go test: it fails until you mend the mistake. The command never replaces a file.

The exit status is 0 if the run passed, and 1 if not.`,
		Example: `  strata replay gossip/layout/17
  strata replay network/random-pieces/3 --dir solutions --all
  strata replay gossip/layout/17 --shrink
  strata replay gossip/layout --why
  strata replay chain/pay-yourself --test exercises/chain/found_test.go
  strata replay gossip/layout/17 --html run.html --pcap run.pcapng`,
		Args:              oneArg("a run, SCENARIO/SEED, as a report names it"),
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			if scenarios != "" {
				suite, err := extras.Read(scenarios)
				if err != nil {
					return lineByLine(err)
				}
				opt.Scenarios = suite
			}
			if err := w.completeReplay(cmd, &opt, args[0]); err != nil {
				return err
			}
			return w.replay(cmd.Context(), opt, files, test)
		},
	}
	bindReplay(cmd, &opt)
	cmd.Flags().StringVar(&test, "test", "", "write a Go test of what failed to this `FILE`, which must not exist")
	cmd.Flags().StringVar(&scenarios, "scenarios", "", "the run may be of a scenario in this `DIR`, which an instructor has added")
	must(cmd.RegisterFlagCompletionFunc("scenarios", directories))
	onlyOne(cmd, "shrink", "why", "picks")
	files.bind(cmd)
	return cmd
}

// bindReplay adds the flags that say what is shown of the run.
func bindReplay(cmd *cobra.Command, opt *grade.ReplayOptions) {
	cmd.Flags().StringVar(&opt.Dir, "dir", "", "`DIR` with the layers (default: exercises)")
	addExec(cmd)
	addSealed(cmd, &opt.Sealed)
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
	opt.Root, opt.Own, opt.NoHints = at.root, at.exercises(), at.course.NoHints
	if opt.Exec, err = execOf(cmd); err != nil {
		return err
	}
	if opt.Scenario, opt.Seed, err = grade.ParseRun(run); err != nil {
		opt.Scenario, opt.AnySeed = strings.TrimSuffix(run, "/"), true
	}
	if opt.AnySeed && opt.Picks != "" {
		return errors.New("--picks are those of one run: name its seed, as in gossip/cost/1")
	}
	if err := knownScenario(opt.Scenario); err != nil && opt.Scenarios == nil {
		return err
	}
	if _, err := lab.ParsePicks(opt.Picks); err != nil {
		return fmt.Errorf("--picks: %w", err)
	}
	opt.Timeout = s.Grade.Timeout.Duration
	return nil
}

// knownScenario reports what is no scenario, and how to find the one that is meant.
func knownScenario(name string) error {
	if slices.Contains(topics(), name) {
		return fmt.Errorf("%q is no scenario; its scenarios: strata scenarios %s", name, name)
	}
	if err := known("scenario", []string{name}, scenarioNames()); err != nil {
		return fmt.Errorf("%w; all of them: strata scenarios", err)
	}
	return nil
}

// replay runs the run again and writes the files that are asked for.
func (w World) replay(ctx context.Context, opt grade.ReplayOptions, files pictures, test string) error {
	if test != "" {
		if opt.Exec != nil {
			return errors.New("--test writes Go, and the layers of --exec are a program of their own: leave one of them out")
		}
		if err := vacant(test); err != nil {
			return err
		}
		opt.Test = func(code []byte) error { return w.writeTest(test, code) }
	}
	album, err := files.begin(w)
	if err != nil {
		return err
	}
	if album != nil {
		defer album.discard()
		opt.Record = album.record
	}
	opt.Progress = w.Err
	passed, err := grade.Replay(ctx, opt, w.Out)
	if err != nil {
		return usage(err)
	}
	if !passed {
		return errAnswerNo
	}
	return nil
}

// vacant reports a file of a test that cannot be made: one that is there, or whose name makes it no test.
func vacant(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("--test: %s exists, and is left alone: name another file", path)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("--test: %s cannot be made: %w", path, cause(err))
	case !strings.HasSuffix(path, "_test.go"):
		return fmt.Errorf("--test: %s is no name of a test: it has to end in _test.go", path)
	}
	return nil
}

// writeTest makes the file, which must not be there, with all of the code or not at all.
func (w World) writeTest(path string, code []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("--test: %s cannot be made: %w", path, cause(err))
	}
	_, err = f.Write(code)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("--test: %s is not written: %w", path, errors.Join(cause(err), os.Remove(path)))
	}
	_, err = fmt.Fprintf(w.Out, "The test is in %s. It fails until your code answers as ours does: go test %s\n", path,
		report.ShellWord("./"+filepath.ToSlash(filepath.Dir(path))))
	return err
}

// scenarioNames lists what can be replayed.
func scenarioNames() (names []string) {
	for _, s := range grade.Known() {
		names = append(names, s.Name)
	}
	return names
}

// completeScenario completes `scenario/`, to which the seed is added by hand.
func completeScenario(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, s := range grade.Known() {
		if name := s.Name + "/"; len(args) == 0 && strings.HasPrefix(name, typed) {
			names = append(names, name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
