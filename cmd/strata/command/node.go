package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"strata/chain"
	"strata/chain/boltstore"
	"strata/chain/node"
	"strata/network"
	"strata/network/tcphost"
)

// How long a node may take, at most, until its code is taken to have no end.
const (
	stopWithin   = 1500 * time.Millisecond // to stop
	answerWithin = 5 * time.Second         // to get round to a question
)

func newNode(w World) *cobra.Command {
	var printConfig bool
	cmd := &cobra.Command{
		Use:   "node",
		Short: "Run one node of a chain on TCP",
		Long: `Runs one node until it is interrupted (SIGINT, SIGTERM), and then stops it cleanly.
The log goes to stderr. All nodes of a chain need the same difficulty.`,
		Example: `  strata keys new --out alice.key
  strata node --listen 127.0.0.1:11120 --mine --coinbase alice.key --data chain
  strata node --listen 127.0.0.1:11121 --bootstrap 127.0.0.1:11120
  strata node --stack exercises          # my own layers
  strata node --print-config > strata.toml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := w.settings(cmd, bindNode)
			if err != nil {
				return err
			}
			if printConfig {
				return printSettings(w.Out, s)
			}
			return w.runNode(cmd, s.Node)
		},
	}
	addFlags(cmd, bindNode)
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print these settings as a strata.toml, with comments, and end")
	completeStack(cmd)
	complete(cmd, "log-level", "debug", "info", "warn", "error")
	complete(cmd, "log-format", "text", "json")
	return cmd
}

// runNode runs the node until the context ends or its code panics.
func (w World) runNode(cmd *cobra.Command, n NodeSettings) error {
	cfg, err := n.config()
	if err != nil {
		return err
	}
	stack, err := w.stack(cmd, n.Stack)
	if err != nil {
		return err
	}
	if n.Data != "" {
		store, err := boltstore.Open(n.Data)
		if err != nil {
			return err
		}
		defer store.Close()
		cfg.Store = store
	}
	r, err := startNode(stack, cfg, logTo(w.Err, n))
	if err != nil {
		return w.inStudentsWords(err, n.Stack)
	}
	var height uint64
	if err := r.do(func() { height = r.node.Status().Height }); err != nil {
		return w.inStudentsWords(err, n.Stack)
	}
	fmt.Fprintf(w.Out, "strata: node %s is up: height %d, difficulty %d, layers of %s\n", cfg.P2P.Self, height, n.Difficulty, n.Stack)
	return w.inStudentsWords(r.runUntil(cmd.Context()), n.Stack)
}

// logTo is the log that the settings ask for.
func logTo(out io.Writer, n NodeSettings) slog.Handler {
	options := &slog.HandlerOptions{Level: n.LogLevel.slog(), ReplaceAttr: inWords}
	if n.LogFormat == "json" {
		return slog.NewJSONHandler(out, options)
	}
	return slog.NewTextHandler(out, options)
}

// inWords writes hashes and the like as text in JSON too.
func inWords(_ []string, a slog.Attr) slog.Attr {
	if text, ok := a.Value.Any().(fmt.Stringer); ok && a.Value.Kind() == slog.KindAny {
		a.Value = slog.StringValue(text.String())
	}
	return a
}

// running is a node on a loop of its own. Its methods are for any goroutine but the loop's.
type running struct {
	addr network.Addr
	loop *tcphost.Loop
	node *node.Node
}

// startNode starts a node. On an error nothing is left of it.
func startNode(stack chain.Stack, cfg node.Config, log slog.Handler) (*running, error) {
	r := &running{addr: cfg.P2P.Self, loop: tcphost.NewLoop(tcphost.LoopConfig{Log: log})}
	host := r.loop.Host(r.addr)
	var failed error
	err := r.do(func() {
		if r.node, failed = node.New(host, stack, cfg); failed == nil {
			failed = cannotListen(cfg, r.node.Start())
		}
	})
	if err == nil && failed != nil {
		r.loop.Close()
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// cannotListen says of a start that failed, which is for want of its address, where that is.
func cannotListen(cfg node.Config, err error) error {
	switch {
	case errors.Is(err, network.ErrAddrInUse):
		return fmt.Errorf("cannot listen at %s: %w", cfg.Network.Listen, network.ErrAddrInUse)
	case err != nil:
		return fmt.Errorf("cannot listen at %s: %w", cfg.Network.Listen, err)
	}
	return nil
}

// do runs f on the node's loop. If that has ended, it says why; if a callback does not return, f
// may run later than do does.
func (r *running) do(f func()) error {
	ran := make(chan bool, 1)
	go func() { ran <- r.loop.Do(f) }()
	select {
	case ok := <-ran:
		if ok {
			return nil
		}
	case <-time.After(answerWithin):
		return r.stuck(answerWithin)
	}
	if err := r.loop.Err(); err != nil {
		return err
	}
	return network.ErrClosed
}

func (r *running) stuck(after time.Duration) error {
	return fmt.Errorf("node %s does not answer for %v: a callback in its layers does not return", r.addr, after)
}

// runUntil waits for the context to end and then stops the node. The error is a panic of the
// node's code.
func (r *running) runUntil(ctx context.Context) error {
	select {
	case <-r.loop.Done():
		r.loop.Close()
		return r.loop.Err()
	case <-ctx.Done():
		return r.stop()
	}
}

// stop stops the node. One whose code never returns is left behind after a time.
func (r *running) stop() error {
	stopped := make(chan error, 1)
	go func() {
		r.loop.Do(r.node.Stop)
		r.loop.Close()
		stopped <- r.loop.Err()
	}()
	select {
	case err := <-stopped:
		return err
	case <-time.After(stopWithin):
		return r.stuck(stopWithin)
	}
}

// inStudentsWords says of a panic in the layers what there is to do.
func (w World) inStudentsWords(err error, stack string) error {
	var step network.NotWritten
	if errors.As(err, &step) {
		return fmt.Errorf("%w: %s", step, layerDir(stack, step))
	}
	var p *tcphost.PanicError
	if errors.As(err, &p) {
		return verbatim(fmt.Sprintf("strata: panic in the layers of %s: %v\n%s", stack, p.Value, p.Stack))
	}
	return err
}
