package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"strata/harness/boundary"
	"strata/network"
	"strata/node/process/daemon"
	"strata/node/process/settings"
	"strata/node/process/tcphost"
)

// nodeFlags are the flags of `strata node`, which are the keys of [node] too.
func nodeFlags(s *Settings) []settings.Flag { return s.Node.Flags() }

func newNode(w World) *cobra.Command {
	var printConfig, repair, health, page bool
	var ledger ledgerFlags
	cmd := &cobra.Command{
		Use:   "node",
		Short: "Run one node of a chain on TCP",
		Long:  daemon.Help,
		Example: `  strata keys new --out alice.key
  strata node --listen 127.0.0.1:11120 --mine --coinbase alice.key --data chain
  strata node --listen 127.0.0.1:11121 --bootstrap 127.0.0.1:11120
  strata node --stack exercises          # my own layers
  strata node --print-config > strata.toml
  strata node --page --data chain        # where is its page?
  strata node --ledger leader --data net/0
  strata node --ledger validators --data net/0`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := w.settings(cmd, nodeFlags)
			if err != nil {
				return err
			}
			if printConfig {
				return printSettings(w.Out, s)
			}
			if ledger.name != "" {
				return w.runLedgerNode(cmd, s.Node, ledger, page)
			}
			if ledger.lost {
				return errors.New("--lost-disk goes with --ledger: a node of the chain promises nothing, and gets the blocks again from others")
			}
			if health {
				return w.nodeHealth(cmd, s.Node)
			}
			if page {
				return w.daemon(s.Node).Page()
			}
			return w.runNode(cmd, s.Node, s.path, repair)
		},
	}
	addFlags(cmd, nodeFlags)
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print these settings as a strata.toml, with comments, and end")
	cmd.Flags().BoolVar(&repair, "repair", false, daemon.RepairUsage)
	cmd.Flags().BoolVar(&health, "health", false, daemon.HealthUsage)
	cmd.Flags().BoolVar(&page, "page", false, daemon.PageUsage)
	ledger.add(cmd)
	cmd.AddCommand(newNodeShell(w))
	addStack(cmd)
	complete(cmd, "log-level", "debug", "info", "warn", "error")
	complete(cmd, "log-format", "text", "json")
	return cmd
}

// nodeHealth asks a node that runs; "no" is an answer too.
func (w World) nodeHealth(cmd *cobra.Command, s daemon.Settings) error {
	err := w.daemon(s).Health(cmd.Context())
	if errors.Is(err, daemon.ErrUnwell) {
		fmt.Fprintln(w.Err, "strata: "+oneLine(err.Error()))
		return errAnswerNo
	}
	return err
}

// daemon is a node of those settings, in this world.
func (w World) daemon(s daemon.Settings) daemon.Daemon {
	token, _ := w.LookupEnv(daemon.EnvToken)
	return daemon.Daemon{Settings: s, Token: token, Out: w.Out, Log: w.Err}
}

// runNode runs the node until the context ends or its code panics; or repairs its store.
func (w World) runNode(cmd *cobra.Command, s daemon.Settings, config string, repair bool) error {
	if _, err := s.Config(); err != nil {
		return err // before a student's layers are built
	}
	stack, err := w.stack(cmd, s.Stack)
	if err != nil {
		return err
	}
	d := w.daemon(s)
	d.Config, d.Stack = config, stack.Stack
	if repair {
		return w.inStudentsWords(d.Repair(cmd.Context()), s.Stack)
	}
	return w.inStudentsWords(d.Run(cmd.Context()), s.Stack)
}

// inStudentsWords says of a panic in the layers, or of a command that is no kit, what there is to do.
func (w World) inStudentsWords(err error, stack string) error {
	var step network.NotWritten
	if errors.As(err, &step) {
		return fmt.Errorf("%w: %s", step, layerDir(stack, step))
	}
	var p *tcphost.PanicError
	if errors.As(err, &p) {
		if noKit(p) {
			return fmt.Errorf("--exec: %w; to see what is wrong, run: strata boundary check -- COMMAND", p.Unwrap())
		}
		return studentsPanic(stack, p)
	}
	return err
}

// noKit says whether the panic is the word of the boundary that the command of --exec is no kit, or has ended.
func noKit(p *tcphost.PanicError) bool {
	return errors.Is(p, boundary.ErrProtocol) || errors.Is(p, boundary.ErrStart)
}
