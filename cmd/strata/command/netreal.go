package command

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/nets/real"
	"strata/harness/nets/run"
	"strata/harness/nets/spec"
	"strata/ledgers/electives"
)

// realFlags are those of `strata net real`.
type realFlags struct {
	netFlags
	within time.Duration
	seed   uint64
	point  int
	loss   float64
	skip   bool
	tcp    string
}

func newNetReal(w World) *cobra.Command {
	var f realFlags
	cmd := &cobra.Command{
		Use:   "real FILE.toml",
		Short: "Run an experiment with processes, and compare",
		Long: `Runs one point of the experiment twice: in the simulator, and with a process for each node, in a
network namespace of its own. What nodes send each other passes a router in this program, with the
latency, jitter and bandwidth that the simulated links have. Blocks are found by the same lottery.
It prints both side by side.

It takes Linux, root and the command ip, and up to 50 nodes. Nothing of it can be seen from outside its
namespaces, and nothing is left when it ends.

Exit status 0 if half and 90 % of the nodes have blocks as early as in the simulator, within 15 %; 1 if not.`,
		Example: `  sudo strata net real experiments/real/spread.toml
  sudo strata net real experiments/real/spread.toml --loss 0.02
  sudo strata net real experiments/stale-rate.toml --point 0 --set network.nodes=20 --set miners.count=19`,
		Args: oneArg("the file of an experiment"),
		RunE: func(cmd *cobra.Command, args []string) error { return w.netReal(cmd, args[0], f) },
	}
	f.bind(cmd)
	cmd.Flags().DurationVar(&f.within, "within", 90*time.Second, "shorten the experiment until the run takes no longer than this `TIME`")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "the `SEED` of both runs (default: the file's first)")
	cmd.Flags().IntVar(&f.point, "point", -1, "which point of the sweep, by its `NUMBER` in strata net explain")
	cmd.Flags().Float64Var(&f.loss, "loss", 0, "the `SHARE` of packets that the router loses; the simulator loses none")
	cmd.Flags().StringVar(&f.tcp, "tcp", real.Reno, "how TCP controls its congestion: one `NAME` that the kernel has, such as cubic or bbr")
	cmd.Flags().BoolVar(&f.skip, "if-possible", false, "end with status 0 where there are no namespaces, and say why")
	return cmd
}

func (w World) netReal(cmd *cobra.Command, file string, f realFlags) error {
	if f.loss < 0 || f.loss >= 1 {
		return fmt.Errorf("--loss %v: want a share from 0 to less than 1, such as 0.02", f.loss)
	}
	e, err := w.openExperiment(cmd, file, f.netFlags)
	if err != nil {
		return err
	}
	if f.point < 0 && e.Points.Len() > 1 {
		return fmt.Errorf("%s has %d points, and one is run: say which with --point (strata net explain lists them)", file, e.Points.Len())
	}
	if f.point >= e.Points.Len() {
		return fmt.Errorf("--point %d: want 0 to %d", f.point, e.Points.Len()-1)
	}
	point := e.Points.At(max(0, f.point))
	s, by, err := real.Fit(e.File, point.Spec, f.within)
	if err != nil {
		return inLines(err)
	}
	if err := real.Possible(); err != nil {
		if f.skip {
			fmt.Fprintf(w.Out, "skipped: %v\n", err)
			return nil
		}
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	job := run.Job{Spec: s, Dir: e.Dir(), Seed: f.seed, Stacks: e.Stacks}
	if job.Seed == 0 {
		job.Seed = s.Run.First
	}
	return w.netBeside(cmd, by, real.Config{Job: job, Program: []string{program, "net", "member"}, Loss: f.loss, Congestion: f.tcp, Log: w.Err})
}

// netBeside carries out both runs and compares.
func (w World) netBeside(cmd *cobra.Command, by float64, cfg real.Config) error {
	plan, err := run.NewPlan(cfg.Job)
	if err != nil {
		return err
	}
	s := cfg.Job.Spec
	if by < 1 {
		fmt.Fprintf(w.Out, "the time line is %.3g times as long as in the file: a block every %v\n", by, s.Miners.Interval.Round(time.Millisecond))
	}
	simulated, err := plan.Simulate(cmd.Context())
	if err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%d processes for %v\n", len(plan.Addrs), s.Run.For.Duration+s.Run.Settle.Duration)
	o, err := real.Do(cmd.Context(), plan, cfg)
	var dead *real.DeadError
	if errors.As(err, &dead) {
		return verbatim("strata: " + dead.Error())
	}
	if err != nil {
		return err
	}
	var rows [][]string
	alike := true
	for _, r := range real.Compare(plan, simulated, o.Result) {
		rows = append(rows, r.Strings())
		alike = alike && r.Alike()
	}
	printTable(w, []string{"measure", "simulated", "real", "difference", ""}, rows)
	fmt.Fprintf(w.Out, "the router carried %d packets, %s; lost %d, cut off %d\n", o.Routed.Carried, spec.Size{Bytes: round(int64(o.Routed.Bytes))}, o.Routed.Lost, o.Routed.Cut)
	if !alike {
		return errAnswerNo
	}
	return nil
}

// newNetMember is the process of one node of `strata net real`, which starts it.
func newNetMember(w World) *cobra.Command {
	return &cobra.Command{
		Use:    "member",
		Hidden: true,
		Short:  "Be one node of strata net real",
		Args:   noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return real.Serve(w.In, w.Out, w.Err, func(names []string) (map[string]electives.Stack, error) { return w.stacks(cmd, names) })
		},
	}
}
