package command

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/nets"
	"strata/harness/nets/livepage"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
)

// liveFlags are those of `strata net live`.
type liveFlags struct {
	netFlags
	pageFlags
	point, workers int
	seed           uint64
	speed          float64
	paused         bool
	save           string
}

func newNetLive(w World) *cobra.Command {
	var f liveFlags
	cmd := &cobra.Command{
		Use:   "live [FILE.toml]",
		Short: "Watch a network run, and strike it",
		Long: `Shows one run of an experiment as a page while it goes on: the network by region, blocks that spread, forks,
queues. It runs in real time, faster, as fast as it goes, or step by step. Without a file it is a network of 60
nodes to play with.

Click to cut nodes or regions off, to crash, freeze or slow them, to heal and restart them; to begin an attack
with some of the hash power, and to end it. What was clicked is saved as a file beside FILE (--save names another
directory), and strata net run of that file has the same hash. Clicks that you did not save are saved in the end.

The page is on this machine alone, at an address with a token that lets your browser in and nobody else. The run
rests while no browser shows it. Ctrl-C ends it.`,
		Example: `  strata net live
  strata net live my.toml --speed 10
  strata net live experiments/partition.toml --point 2 --seed 7 --set network.nodes=500`,
		Args: upToOneArg("the file of an experiment"),
		RunE: func(cmd *cobra.Command, args []string) error { return w.netLive(cmd, strings.Join(args, ""), f) },
	}
	f.netFlags.bind(cmd)
	f.pageFlags.bind(cmd)
	numberFlag(cmd.Flags(), &f.point, "point", 0, 0, "which point of the sweep, as strata net explain lists them")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "the `SEED` of the run (default: the file's first)")
	cmd.Flags().Float64Var(&f.speed, "speed", 1, "`SECONDS` of the network in a second; 0 is as fast as it goes")
	cmd.Flags().BoolVar(&f.paused, "paused", false, "begin with a pause")
	cmd.Flags().StringVar(&f.save, "save", "", "save files in this `DIR` (default: beside FILE)")
	numberFlag(cmd.Flags(), &f.workers, "workers", 0, 0, "threads of the run; 0 means one for each processor")
	return cmd
}

func (w World) netLive(cmd *cobra.Command, file string, f liveFlags) error {
	if !(f.speed >= 0 && f.speed <= 1e6) {
		return fmt.Errorf("speed is %v: want 0 (as fast as it goes) to 1000000", f.speed)
	}
	if info, err := os.Stat(f.save); f.save != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("--save %s: there is no such directory: make it first", f.save)
	}
	if _, ok := w.Out.(*os.File); !ok { // which takes care of itself
		w.Out = &shared{to: w.Out}
	}
	job, cfg, err := w.liveJob(cmd, file, f)
	if err != nil {
		return err
	}
	listener, err := f.listenPage(cmd)
	if err != nil {
		return err
	}
	page := livepage.New(listener, job, cfg)
	page.Server().Left(w.pageLeft(cmd.Context(), page.Server(), "the run rests, and waits for you"))
	w.openPage(cmd, f.open, page.URL())
	return page.Serve(cmd.Context())
}

// liveJob is the run that is shown.
func (w World) liveJob(cmd *cobra.Command, file string, f liveFlags) (job run.Job, cfg livepage.Config, err error) {
	cfg = livepage.Config{File: file, Name: strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), Dir: filepath.Dir(file),
		Save: f.save, Out: w.Out, Speed: f.speed, Paused: f.paused}
	var e *nets.Experiment
	if file == "" {
		cfg.File, cfg.Name, cfg.Dir = "the network to play with", "play", "."
		e, err = nets.OpenText("play.toml", livepage.Play, f.set, f.short)
	} else {
		e, err = nets.Open(file, f.set, f.short)
	}
	if err != nil {
		return job, cfg, inLines(err)
	}
	if e.Stacks, err = w.stacks(cmd, e.StackNames()); err != nil {
		return job, cfg, err
	}
	if n := e.Points.Len(); f.point >= n {
		return job, cfg, fmt.Errorf("point is %d: the experiment has %d, counted from 0", f.point, n)
	}
	point := e.Points.At(f.point)
	if protocol := point.Spec.Run.Protocol; protocol != "chain" {
		return job, cfg, fmt.Errorf("%s: protocol %q has no blocks to look at: want an experiment with protocol = \"chain\"", file, protocol)
	}
	cfg.Title, cfg.Question = e.File.Title, e.File.Question
	if len(point.Values) > 0 {
		cfg.Question = strings.TrimSpace(cfg.Question + " Here: " + point.String() + ".")
	}
	return liveRun(point.Spec, cfg.Dir, e.Stacks, f), cfg, nil
}

// liveRun is the job of a point.
func liveRun(s spec.Spec, dir string, stacks map[string]electives.Stack, f liveFlags) run.Job {
	job := run.Job{Spec: s, Dir: dir, Seed: f.seed, Stacks: stacks, Workers: f.workers}
	if job.Seed == 0 {
		job.Seed = s.Complete().Run.First
	}
	if job.Workers == 0 {
		job.Workers = runtime.GOMAXPROCS(0)
	}
	return job
}
