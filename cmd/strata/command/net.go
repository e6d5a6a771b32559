package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
	"github.com/spf13/cobra"

	"strata/harness/farm"
	"strata/harness/nets"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
	"strata/node/process/daemon"
	"strata/solutions"
)

// netFlags are what the commands about experiments have in common.
type netFlags struct {
	set   []string
	short bool
}

func (f *netFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.set, "set", nil, "give a key of the file another value, as `KEY=VALUE`; may be repeated")
	cmd.Flags().BoolVar(&f.short, "short", false, "run the short form: the values that the file's [[short]] tables give")
}

func newNet(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "net",
		Short: "Run experiments with simulated networks",
		Long: `An experiment is a file: a network of 10 to 100,000 nodes of the real stack, what happens to
it, what is varied, and what has to come out. The results are a folder with every single run,
statistics, pictures and a page.`,
		Example: `  strata net explain experiments/stale-rate.toml
  strata net live
  strata net run experiments/stale-rate.toml --short
  strata net run my.toml --set network.nodes=500 --out results`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newNetRun(w), newNetLive(w), newNetExplain(w), newNetMerge(w), newNetDiff(w), newNetOpen(w), newNetReal(w),
		newNetMember(w), newNetSchema(w))
	return cmd
}

// openExperiment reads the file and brings the stacks that it names. For layers of students the program becomes the one that
// links them.
func (w World) openExperiment(cmd *cobra.Command, file string, f netFlags) (*nets.Experiment, error) {
	e, err := nets.Open(file, f.set, f.short)
	if err != nil {
		return nil, inLines(err)
	}
	e.Stacks, err = w.stacks(cmd, e.StackNames())
	return e, err
}

// stacks are those that an experiment names.
func (w World) stacks(cmd *cobra.Command, names []string) (map[string]electives.Stack, error) {
	stacks := map[string]electives.Stack{}
	var own string
	for _, name := range names {
		if name == daemon.Reference {
			stacks[name] = solutions.Electives()
			continue
		}
		if own != "" && own != name {
			return nil, fmt.Errorf("stacks %s and %s: one directory of layers can run beside the solutions", own, name)
		}
		own = name
		stack, err := w.stack(cmd, name)
		if err != nil {
			return nil, err
		}
		stacks[name] = stack
	}
	return stacks, nil
}

// inLines shows mistakes of a file one a line.
func inLines(err error) error {
	var mistakes spec.Mistakes
	if errors.As(err, &mistakes) && len(mistakes) > 1 {
		return verbatim("strata: " + strings.ReplaceAll(mistakes.Error(), "\n", "\nstrata: "))
	}
	return err
}

// runFlags are those of `strata net run`.
type runFlags struct {
	netFlags
	out     string
	shard   string
	workers int
	yes     bool
}

// mostUnasked is how many runs are begun without --yes.
const mostUnasked = 20_000

func newNetRun(w World) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run FILE.toml",
		Short: "Run an experiment and write its folder",
		Long: `Runs every point of the experiment with every seed, on all cores, and writes a folder: every
run, tables with intervals, z scores against theory, pictures, and report.html. What is finished
is kept: after Ctrl-C, or a full disk, the same command goes on where it was. With --shard i/n
only a part of the runs is done; strata net merge brings the parts together.

Exit status 0 if everything that the file expects came out, 1 if not.`,
		Example: `  strata net run experiments/stale-rate.toml
  strata net run experiments/stale-rate.toml --short --out /tmp/stale
  strata net run my.toml --shard 2/8 --out part2`,
		Args: oneArg("the file of an experiment"),
		RunE: func(cmd *cobra.Command, args []string) error { return w.netRun(cmd, args[0], f) },
	}
	f.bind(cmd)
	cmd.Flags().StringVar(&f.out, "out", "", "`DIR` of the results (default: results/NAME, beside the working directory's files)")
	cmd.Flags().StringVar(&f.shard, "shard", "", "do part `I/N` of the runs only")
	numberFlag(cmd.Flags(), &f.workers, "workers", 0, 0, "runs at once; 0 means one for each processor")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "begin, however many runs there are")
	return cmd
}

func (w World) netRun(cmd *cobra.Command, file string, f runFlags) error {
	var shard farm.Shard
	if f.shard != "" {
		var err error
		if shard, err = farm.ParseShard(f.shard); err != nil {
			return err
		}
	}
	e, err := w.openExperiment(cmd, file, f.netFlags)
	if err != nil {
		return err
	}
	cost := e.Estimate()
	if cost.Runs > mostUnasked && !f.yes {
		return fmt.Errorf("%d runs, about %s on one core: say --yes to begin, or vary less (strata net explain lists the points)", cost.Runs, roughly(cost.Time))
	}
	if f.out == "" {
		f.out = filepath.Join("results", strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	}
	if err := e.Begin(f.out); err != nil {
		return err
	}
	store, err := nets.Store(f.out)
	if err != nil {
		return err
	}
	defer letGarbageLie(cost.Largest)()
	view := w.newProgress("runs")
	report, err := e.Collect(cmd.Context(), store, nets.Options{Shard: shard, Workers: f.workers, Progress: view.show})
	view.end()
	return w.netFinish(e, store, f, report, err)
}

// spareMemory is about how many bytes of garbage a run may let lie: to look for it costs as much as all that is alive, time
// and again.
const spareMemory = 1 << 30

// letGarbageLie has the runtime collect less often, as far as runs with so many bytes alive leave room, until undo. The
// usual variable of Go, GOGC, says otherwise.
func letGarbageLie(alive int64) (undo func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(garbagePercent(alive))
	return func() { debug.SetGCPercent(before) }
}

// garbagePercent is how much garbage may lie beside what is alive: what the runtime does by itself, or more.
func garbagePercent(alive int64) int {
	const least, most = 100, 800
	return int(min(max(100*spareMemory/max(alive, 1), least), most))
}

// netFinish writes what there is, and says how it went.
func (w World) netFinish(e *nets.Experiment, store *farm.Store, f runFlags, report farm.Report, failed error) error {
	summary, err := w.writeFolder(e, store, f.out)
	if err != nil {
		return errors.Join(failed, err)
	}
	for i, failure := range report.Failed {
		if i == 5 {
			fmt.Fprintf(w.Err, "strata: and %d more\n", len(report.Failed)-i)
			break
		}
		fmt.Fprintf(w.Err, "strata: %s: %v\n", failure.Name, failure.Err)
	}
	w.printSummary(summary)
	if hash, one := summary.Hash(); one {
		fmt.Fprintf(w.Out, "the run's hash is %s\n", hash)
	}
	fmt.Fprintf(w.Out, "%s\n", filepath.Join(f.out, "report.html"))
	switch {
	case errors.Is(failed, context.Canceled):
		return fmt.Errorf("interrupted after %d runs; the same command goes on from here", report.Done+report.Known)
	case failed != nil:
		return failed
	case len(report.Failed) > 0:
		return fmt.Errorf("%d runs failed", len(report.Failed))
	case f.shard == "" && summary.Missing > 0, summary.Failed() && f.shard == "":
		return errAnswerNo
	}
	return nil
}

// writeFolder makes everything of the runs that there are.
func (w World) writeFolder(e *nets.Experiment, store *farm.Store, dir string) (*nets.Summary, error) {
	points, missing, err := e.Load(store)
	if err != nil {
		return nil, err
	}
	summary := e.Summarize(points, missing)
	return summary, e.Write(dir, summary)
}

// printSummary shows what was expected and what came out.
func (w World) printSummary(s *nets.Summary) {
	if rows := s.Rows(); len(rows) > 0 {
		printTable(w, []string{"expectation", "where", "measured", "theory", "z", "verdict", ""}, rows)
	}
	text, _ := s.Verdict()
	fmt.Fprintln(w.Out, text)
}

// printTable writes rows under titles, without colours.
func printTable(w World, titles []string, rows [][]string) {
	t := tablewriter.NewTable(w.Out,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{Borders: tw.BorderNone, Symbols: tw.NewSymbols(tw.StyleASCII),
			Settings: tw.Settings{Separators: tw.Separators{BetweenColumns: tw.Off}}})),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithRowAutoWrap(tw.WrapNone), tablewriter.WithHeaderAlignment(tw.AlignLeft))
	t.Header(titles)
	for _, row := range rows {
		if err := t.Append(row); err != nil {
			fmt.Fprintln(w.Out, strings.Join(row, "  "))
		}
	}
	if err := t.Render(); err != nil {
		fmt.Fprintf(w.Err, "strata: table: %v\n", err)
	}
}

// roughly is a length of time that nobody knows exactly.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < 100*time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}
