package command

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/nets"
	"strata/harness/nets/spec"
)

func newNetExplain(w World) *cobra.Command {
	var f netFlags
	cmd := &cobra.Command{
		Use:   "explain FILE.toml",
		Short: "Check an experiment, and say what it would run and cost",
		Long: `Reads the file as strata net run does, and runs nothing: it names every mistake with its place
and what to do; otherwise the points of the sweep, the seeds, and about what the runs would cost
on a machine like this.`,
		Example: `  strata net explain experiments/stale-rate.toml
  strata net explain my.toml --set network.nodes=50000`,
		Args: oneArg("the file of an experiment"),
		RunE: func(cmd *cobra.Command, args []string) error { return w.netExplain(args[0], f) },
	}
	f.bind(cmd)
	return cmd
}

// mostListed is how many points are listed.
const mostListed = 40

func (w World) netExplain(file string, f netFlags) error {
	e, err := nets.Open(file, f.set, f.short)
	if err != nil {
		return inLines(err)
	}
	s := e.File.Complete()
	fmt.Fprintf(w.Out, "%s\n%s\n", s.Title, s.Question)
	n := e.Points.Len()
	fmt.Fprintf(w.Out, "%d points, %d seeds each from %d:\n", n, s.Run.Seeds, s.Run.First)
	for i := range min(n, mostListed) {
		fmt.Fprintf(w.Out, "  %d  %v\n", i, e.Points.At(i))
	}
	if n > mostListed {
		fmt.Fprintf(w.Out, "  and %d more\n", n-mostListed)
	}
	for _, x := range s.Expect {
		fmt.Fprintf(w.Out, "expects: %s: %s", x.Name, x.Measure)
		switch {
		case x.Theory != "":
			fmt.Fprintf(w.Out, " = %s within %g standard deviations\n", x.Theory, x.MaxZ)
		case x.Least != "" && x.Most != "":
			fmt.Fprintf(w.Out, " from %s to %s\n", x.Least, x.Most)
		case x.Least != "":
			fmt.Fprintf(w.Out, " at least %s\n", x.Least)
		default:
			fmt.Fprintf(w.Out, " at most %s\n", x.Most)
		}
	}
	c := e.Estimate()
	fmt.Fprintf(w.Out, "%d runs, about %.2g events, %s on one core, %s for the largest run\n",
		c.Runs, c.Events, roughly(c.Time), spec.Size{Bytes: round(c.Largest)})
	return nil
}

// round keeps two digits of a number of bytes.
func round(bytes int64) int64 {
	if bytes < 100 {
		return bytes
	}
	scale := int64(math.Pow(10, math.Floor(math.Log10(float64(bytes)))-1))
	return bytes / scale * scale
}

func newNetMerge(w World) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "merge FILE.toml PART...",
		Short: "Bring the parts of an experiment together",
		Long: `Takes the runs out of folders that strata net run --shard has made, on this machine or others,
writes the folder of the whole, and lists what is missing. A run that two parts have must be the
same in both; if it is not, both are kept and the exit status is 1.`,
		Example: `  strata net merge my.toml part1 part2 part3 --out results`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("%s wants the file of the experiment and the folders of its parts", named(cmd))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return w.netMerge(cmd, args[0], args[1:], f) },
	}
	f.bind(cmd)
	cmd.Flags().StringVar(&f.out, "out", "results/merged", "`DIR` of the whole")
	return cmd
}

func (w World) netMerge(cmd *cobra.Command, file string, parts []string, f runFlags) error {
	e, err := w.openExperiment(cmd, file, f.netFlags)
	if err != nil {
		return err
	}
	if err := e.Begin(f.out); err != nil {
		return err
	}
	whole, err := nets.Store(f.out)
	if err != nil {
		return err
	}
	differ := 0
	for _, dir := range parts {
		part, err := nets.Store(dir)
		if err != nil {
			return err
		}
		m, err := whole.Merge(part)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.Out, "%s: %d new runs, %d known\n", dir, m.New, m.Known)
		for _, k := range m.Differ {
			fmt.Fprintf(w.Err, "strata: run %v is not the same in %s: both are kept; look for what is not decided by the seed\n", k, dir)
			differ++
		}
	}
	summary, err := w.writeFolder(e, whole, f.out)
	if err != nil {
		return err
	}
	w.printSummary(summary)
	missing, err := e.Missing(whole)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		fmt.Fprintf(w.Out, "%d runs are missing: strata net run %s --out %s does them\n", len(missing), file, f.out)
	}
	if differ > 0 || len(missing) > 0 || summary.Failed() {
		return errAnswerNo
	}
	return nil
}

func newNetDiff(w World) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "diff DIR DIR",
		Short: "Compare two folders of results",
		Long: `Compares the measures of two experiments point by point, with intervals for the differences. Where
both have the same seeds, runs are compared one by one, which shows much smaller differences. Shown
are those that chance hardly explains (|z| above 3), or all of them.

Exit status 0 if there are none, 1 otherwise.`,
		Example: `  strata net diff results/before results/after`,
		Args:    twoArgs("two folders of results"),
		RunE:    func(_ *cobra.Command, args []string) error { return w.netDiff(args[0], args[1], all) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "show all measures that differ")
	return cmd
}

func (w World) netDiff(a, b string, all bool) error {
	c, err := nets.Diff(a, b)
	if err != nil {
		return err
	}
	var rows [][]string
	differ := false
	for _, r := range c.Rows {
		clear := math.Abs(r.Z) > 3
		differ = differ || clear
		if clear || all {
			rows = append(rows, []string{r.Point, r.Measure, nets.Figure(r.A), nets.Figure(r.B), nets.Figure(r.Off),
				nets.Figure(r.Interval.Low) + " to " + nets.Figure(r.Interval.High), nets.Figure(r.Z)})
		}
	}
	if len(rows) > 0 {
		printTable(w, []string{"where", "measure", "first", "second", "difference", "95 % interval", "z"}, rows)
	}
	fmt.Fprintf(w.Out, "%d runs in both, %d with the same trace; %d measures are the same, %d differ\n", c.Runs, c.SameTraces, c.Same, len(c.Rows))
	for _, p := range c.OnlyA {
		fmt.Fprintf(w.Out, "only in %s: %s\n", a, p)
	}
	for _, p := range c.OnlyB {
		fmt.Fprintf(w.Out, "only in %s: %s\n", b, p)
	}
	if differ || len(c.OnlyA)+len(c.OnlyB) > 0 {
		return errAnswerNo
	}
	return nil
}

func newNetSchema(w World) *cobra.Command {
	var reference bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of experiment files",
		Long:  "For editors that complete and check TOML by a schema, and for programs that write such files.",
		Example: `  strata net schema > experiment.schema.json
  strata net schema --list`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if !reference {
				_, err := w.Out.Write(spec.Schema())
				return err
			}
			for _, k := range spec.Reference() {
				fmt.Fprintf(w.Out, "%-32s %-7s %s\n", k.Path, k.Type, k.Doc)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&reference, "list", false, "list every key with what it means instead")
	return cmd
}

func newVerify(w World) *cobra.Command {
	var sample int
	cmd := &cobra.Command{
		Use:   "verify DIR | verify GRADE.json [LAYERS]",
		Short: "Run results, or a sealed grade, again and compare",
		Long: `Of a folder of results: runs a sample of the runs in a folder of results again and compares the hash of each trace and
every measure. Results that were damaged are named.

Of a class that strata class grade has graded: what strata class verify does.

Of a file that strata grade --sealed --json wrote: grades the exercises, or the layers in LAYERS, as it was done then, and
says in what the grade differs: in digests of what went in, and in points and failures.

Exit status 0 if all are the same, 1 otherwise.`,
		Example: `  strata verify results/stale-rate
  strata verify grade.json solutions
  strata verify results/stale-rate --sample 0 # all of them`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return oneArg("a folder of results, or the file of a sealed grade and its layers")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err == nil && !info.IsDir() {
				return w.verifyGrade(cmd, args[0], args[1:])
			}
			if len(args) > 1 {
				return fmt.Errorf("%s: layers go with the file of a sealed grade, and this is none", args[0])
			}
			folder, err := class.Open(args[0])
			switch {
			case errors.Is(err, class.ErrNone):
				return w.verify(cmd, args[0], sample)
			case err != nil:
				return err
			}
			return w.classVerify(cmd, folder, sample)
		},
	}
	numberFlag(cmd.Flags(), &sample, "sample", 0, 5, "how many runs, spread over all; 0 means all")
	return cmd
}

func (w World) verify(cmd *cobra.Command, dir string, sample int) error {
	e, _, err := nets.OpenFolder(dir, nil)
	if err != nil {
		return inLines(err)
	}
	stacks, err := w.stacks(cmd, e.StackNames())
	if err != nil {
		return err
	}
	v, err := nets.Verify(cmd.Context(), dir, stacks, sample, nil)
	if err != nil {
		return inLines(err)
	}
	if v.OtherCode {
		fmt.Fprintf(w.Out, "made by other code: %s\n", v.Code)
	}
	for _, d := range v.Differing {
		what := "and measures differ"
		if d.SameValues {
			what = "but every measure is the same"
		}
		fmt.Fprintf(w.Out, "run %.16s (%s, seed %s): trace %s, was %s, %s\n", d.Run, d.Point, strconv.FormatUint(d.Seed, 10), d.Is, d.Was, what)
	}
	for _, k := range v.Damaged {
		fmt.Fprintf(w.Out, "run %.16s: the result is missing or damaged; strata net run does it again\n", k)
	}
	fmt.Fprintf(w.Out, "%d of %d runs done again: %d the same\n", v.Again, v.Runs, v.Again-len(v.Differing))
	if len(v.Differing)+len(v.Damaged) > 0 {
		return errAnswerNo
	}
	return nil
}
