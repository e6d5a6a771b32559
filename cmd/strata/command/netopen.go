package command

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/explain/debugger"
	"strata/harness/nets"
	"strata/harness/nets/stats"
)

// lookFlags are those of `strata net open`.
type lookFlags struct {
	files    pictures
	from, to time.Duration
	nodes    []int
	why      string
	times    int
	futures  int
	debug    bool
}

func newNetOpen(w World) *cobra.Command {
	var f lookFlags
	cmd := &cobra.Command{
		Use:   "open DIR RUN",
		Short: "Look at one run of an experiment",
		Long: `Does one run of a folder of results again, exactly as it was, and writes the page of what happened
in a part of it: by default the seconds around its first fork. RUN is the beginning of the run's name
in the report or in runs.csv, or POINT/SEED.

With --why MEASURE it keeps the run up to a moment, draws another future, and shows how the measure comes
out, for several moments. Where most futures begin to look like the run, it was decided.

With --debug it steps through that part of the run, as strata debug does.`,
		Example: `  strata net open results/stale-rate 3f2a
  strata net open results/stale-rate 0/1 --from 1h --to 1h10s --nodes 0,5,7
  strata net open results/stale-rate 0/1 --why blocks_stale
  strata net open results/stale-rate 0/1 --debug`,
		Args: twoArgs("a folder of results and a run"),
		RunE: func(cmd *cobra.Command, args []string) error { return w.netOpen(cmd, args[0], args[1], f) },
	}
	f.files.bind(cmd)
	cmd.Flags().DurationVar(&f.from, "from", 0, "record from this `TIME` on")
	cmd.Flags().DurationVar(&f.to, "to", 0, "record up to this `TIME`")
	cmd.Flags().IntSliceVar(&f.nodes, "nodes", nil, "record these `NODES` only, by number (default: the first 24)")
	cmd.Flags().BoolVar(&f.debug, "debug", false, "step through it; help lists what you can type")
	cmd.Flags().StringVar(&f.why, "why", "", "when was this `MEASURE` decided?")
	numberFlag(cmd.Flags(), &f.times, "times", 1, 8, "with --why: how many times futures begin at")
	numberFlag(cmd.Flags(), &f.futures, "futures", 1, 20, "with --why: how many futures each")
	return cmd
}

func (w World) netOpen(cmd *cobra.Command, dir, name string, f lookFlags) error {
	e, _, err := nets.OpenFolder(dir, nil)
	if err != nil {
		return inLines(err)
	}
	stacks, err := w.stacks(cmd, e.StackNames())
	if err != nil {
		return err
	}
	look, err := nets.FindRun(dir, name, stacks)
	if err != nil {
		return err
	}
	if f.why != "" {
		return w.netWhy(cmd, look, f)
	}
	window := look.Around()
	if f.from > 0 || f.to > 0 {
		window.From, window.To = f.from, f.to
	}
	if window.To <= window.From {
		return fmt.Errorf("from %v to %v: want a time after it", window.From, window.To)
	}
	if f.debug {
		return w.netDebug(cmd, dir, look, window, f)
	}
	window.Nodes = f.nodes
	if f.files == (pictures{}) {
		f.files.html = filepath.Join(dir, "pages", fmt.Sprintf("%.12s.html", look.Key))
		if err := os.MkdirAll(filepath.Dir(f.files.html), 0o755); err != nil {
			return err
		}
	}
	album, err := f.files.begin(w)
	if err != nil {
		return err
	}
	recorded, err := look.Record(cmd.Context(), window)
	if err != nil {
		album.discard()
		return err
	}
	if err := album.record(recorded); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%v, seed %d, from %v to %v: %d events\n", look.Point, look.Seed, window.From, window.To, len(recorded.Events))
	return nil
}

// netWhy shows how a measure comes out when the future is drawn again.
func (w World) netWhy(cmd *cobra.Command, look *nets.Look, f lookFlags) error {
	futures, own, err := look.Why(cmd.Context(), f.why, f.times, f.futures, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%v, seed %d: %s = %s\n", look.Point, look.Seed, f.why, nets.Figure(own))
	var rows [][]string
	for _, at := range futures {
		n := len(at.Values)
		rows = append(rows, []string{at.At.Round(time.Second).String(), nets.Figure(stats.Quantile(at.Values, 0.1)), nets.Figure(stats.Quantile(at.Values, 0.5)),
			nets.Figure(stats.Quantile(at.Values, 0.9)), fmt.Sprintf("%d of %d", at.Above, n), strings.Repeat("#", at.Above*20/max(1, n))})
	}
	printTable(w, []string{"drawn again from", "10 %", "median", "90 %", "at least as much", ""}, rows)
	return nil
}

// netDebug reads commands, a line each, and steps through the window.
func (w World) netDebug(cmd *cobra.Command, dir string, look *nets.Look, window nets.Window, f lookFlags) error {
	steps, err := look.Steps(cmd.Context(), dir, window)
	if err != nil {
		return err
	}
	flags := ""
	if f.from > 0 || f.to > 0 {
		flags = fmt.Sprintf(" --from %v --to %v", f.from, f.to)
	}
	console := debugger.New(fmt.Sprintf("%v, seed %d, from %v to %v", look.Point, look.Seed, window.From, window.To), flags, steps)
	fmt.Fprintln(w.Out, console.Greeting())
	in := w.In
	if in == nil {
		in = strings.NewReader("")
	}
	for lines := bufio.NewScanner(in); ; {
		fmt.Fprint(w.Out, "(strata) ")
		if !lines.Scan() {
			fmt.Fprintln(w.Out)
			return lines.Err()
		}
		text, over := console.Do(lines.Text())
		if over {
			return nil
		}
		if text != "" {
			fmt.Fprintln(w.Out, text)
		}
	}
}
