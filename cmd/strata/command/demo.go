package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"strata/node/process/daemon"
	"strata/node/process/settings"
)

// DemoSettings is the table [demo].
type DemoSettings struct {
	Nodes settings.Count    `toml:"nodes"`
	For   settings.Duration `toml:"for"`
	Stack string            `toml:"stack"`
	Log   string            `toml:"log"`
}

func defaultDemo() DemoSettings {
	return DemoSettings{Nodes: 5, Stack: daemon.Reference}
}

// demoFlags are the flags of `strata demo`, which are the keys of [demo] too.
func demoFlags(s *Settings) []settings.Flag {
	d := &s.Demo
	return []settings.Flag{
		{Name: "nodes", Usage: "nodes that mine, 1 to 20", Value: &d.Nodes},
		{Name: "for", Usage: "how long to run; 0s means until you interrupt it", Value: &d.For},
		{Name: "stack", Usage: daemon.StackUsage, Value: (*settings.Text)(&d.Stack)},
		{Name: "log", Usage: "`FILE` for the nodes' logs, as JSON; without it there are no logs", Value: (*settings.Text)(&d.Log)},
	}
}

func newDemo(w World) *cobra.Command {
	var ledger string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Watch five nodes mine a chain over TCP on this machine",
		Long: `Starts nodes on this machine that mine over TCP and send each other transactions. A block comes
about once a second. Every node has its page, whose address is printed. On a terminal a table shows what each node believes. Elsewhere each new tip is a
line. After --for, or on Ctrl-C, the miners stop, and the command says whether all nodes agree on the
chain. The exit status is 0 if they do, and 1 if not. With --ledger the nodes are members of an elective's
ledger: clients write, a member is stopped now and then, and the others go on.`,
		Example: `  strata demo
  strata demo --for 20s | cat   # plain lines
  strata demo --stack exercises # on my own layers
  strata demo --ledger leader   # a replicated log whose leader falls now and then
  strata demo --ledger validators --nodes 7   # two of seven validators fall at a time
  strata demo --ledger lattice --for 20s   # accounts that pay each other, and representatives that vote
  strata demo --ledger causal --for 20s    # replicas of a document that all may write`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := w.settings(cmd, demoFlags)
			if err != nil {
				return err
			}
			if ledger != "" {
				return w.runLedgerDemo(cmd, s.Demo, ledger)
			}
			return w.runDemo(cmd, s.Demo)
		},
	}
	addFlags(cmd, demoFlags)
	addStack(cmd)
	addLedger(cmd, &ledger, ledgerNames)
	return cmd
}

// within ends with the demo's time, if it has any.
func (s DemoSettings) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.For.Duration > 0 {
		return context.WithTimeout(ctx, s.For.Duration)
	}
	return context.WithCancel(ctx)
}

// runDemo runs the demo and says how it ended.
func (w World) runDemo(cmd *cobra.Command, s DemoSettings) error {
	if err := settings.InRange("nodes", int(s.Nodes), 1, 20); err != nil {
		return err
	}
	stack, err := w.stack(cmd, s.Stack)
	if err != nil {
		return err
	}
	log, err := openLog(s.Log)
	if err != nil {
		return err
	}
	defer log.Close()
	ctx, cancel := s.within(cmd.Context())
	defer cancel()
	pace := calibrate(measureHashRate(), int(s.Nodes))
	fmt.Fprintf(w.Out, "strata: %d nodes on loopback TCP, difficulty %d, about a block a second\n", s.Nodes, pace.difficulty)
	d, err := startDemo(stack.Stack, pace, int(s.Nodes), log, w.Out)
	if err != nil {
		return w.inStudentsWords(err, s.Stack)
	}
	defer d.stop()
	view := newView(w)
	if err := d.run(ctx, view); err != nil {
		return w.inStudentsWords(err, s.Stack)
	}
	agreed, err := d.settle(w.Out)
	if err != nil {
		return w.inStudentsWords(err, s.Stack)
	}
	if !agreed {
		return errAnswerNo
	}
	return nil
}
