package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"strata/chain"
	"strata/harness/live"
	"strata/network"
	"strata/node/process/daemon"
	"strata/node/process/settings"
	"strata/node/process/tcphost"
)

// tryFlags are those of `strata try`.
type tryFlags struct {
	listen    settings.Address
	advertise settings.Address
	bootstrap settings.Addresses
	stack     string
	name      string
	log       string

	difficulty settings.Count

	page bool // the network as a page
	pageFlags
}

// tried are the layers that can be tried.
var tried = slices.Concat(live.Layers, []string{"mempool", "chain"}, playedLedgers)

func newTry(w World) *cobra.Command {
	f := tryFlags{stack: daemon.Reference, difficulty: tryDifficulty}
	cmd := &cobra.Command{
		Use:   "try LAYER",
		Short: "Use one layer over TCP: echo, peers, a chat, a small shell",
		Long: `Runs a layer, and those below it, over TCP, and does what you type:

  network, messaging   says back what others send, and sends your lines to the first bootstrap node
  p2p                  shows peers come and go, and draws the network as your peers know it
  gossip               a chat
  mempool, chain       a node of your own with a shell: send, balance, nonce, latest, mine on
  leader, validators, lattice
                       three members in this process, and a client: what strata play does

Alone, network and messaging talk to themselves. In a room, one of you listens where the others can reach it, and
they start from there with --bootstrap. With --stack exercises the layers are yours; they talk to everybody else's.`,
		Example: `  strata try network
  strata try gossip --listen 192.0.2.10:7001 --name alice
  strata try gossip --listen 192.0.2.11:7001 --bootstrap 192.0.2.10:7001 --name bob
  strata try p2p --page --bootstrap 192.0.2.10:7001
  strata try chain --stack exercises`,
		Args:              oneOf("layer", tried),
		ValidArgsFunction: cobra.FixedCompletions(tried, cobra.ShellCompDirectiveNoFileComp),
		RunE:              func(cmd *cobra.Command, args []string) error { return w.try(cmd, f, args[0]) },
	}
	flags := cmd.Flags()
	flags.Var(&f.listen, "listen", "the `ADDRESS` to listen on (default: a free port of this machine alone)")
	flags.Var(&f.advertise, "advertise", "the `ADDRESS` where others reach you, if that is not where you listen")
	flags.Var(&f.bootstrap, "bootstrap", "the `ADDRESS` of somebody else's node; may be repeated")
	flags.StringVar(&f.stack, "stack", f.stack, daemon.StackUsage)
	flags.StringVar(&f.name, "name", "", "your `NAME` in the chat (default: your address)")
	flags.StringVar(&f.log, "log", "", "`FILE` for the layers' log, as JSON; without it there is no log")
	flags.Var(&f.difficulty, "difficulty",
		"mempool and chain: leading zero hex digits of a block's hash; the same for all in the room")
	flags.BoolVar(&f.page, "page", false, "p2p: draw the network as a page too")
	f.pageFlags.bind(cmd)
	addStack(cmd)
	return cmd
}

// try runs a layer until the user quits.
func (w World) try(cmd *cobra.Command, f tryFlags, layer string) error {
	if err := f.pageFits(cmd, layer); err != nil {
		return err
	}
	if slices.Contains(playedLedgers, layer) {
		return w.tryLedger(cmd, f, layer)
	}
	stack, err := w.stack(cmd, f.stack)
	if err != nil {
		return err
	}
	if f.listen.Addr == "" {
		free, err := tcphost.LoopbackAddrs(1)
		if err != nil {
			return err
		}
		f.listen.Addr = free[0]
	}
	log, err := openLog(f.log)
	if err != nil {
		return err
	}
	defer log.Close()
	if slices.Contains(live.Layers, layer) {
		err = w.tryLayer(cmd, f, layer, stack.Stack, log)
	} else {
		err = w.tryNode(cmd, f, layer, stack.Stack, log)
	}
	return w.inStudentsWords(err, f.stack)
}

// tryLedger is the playground of an elective.
func (w World) tryLedger(cmd *cobra.Command, f tryFlags, name string) error {
	for _, flag := range []string{"listen", "advertise", "bootstrap", "name", "log", "difficulty"} {
		if cmd.Flags().Changed(flag) {
			return fmt.Errorf("--%s does not go with %s, whose members are in this process; `strata init` founds one whose members are not", flag, name)
		}
	}
	return w.playHere(cmd, name, &playFlags{stack: f.stack, nodes: 3})
}

// tryLayer has one of layers 1 to 4 do what is typed.
func (w World) tryLayer(cmd *cobra.Command, f tryFlags, layer string, stack chain.Stack, log logFile) error {
	ctx := cmd.Context()
	screen, end, err := w.tryScreen(cmd, f)
	if err != nil {
		return err
	}
	defer end()
	s, err := live.Start(ctx, live.Config{
		Layer: layer, Stack: stack.Stack.Stack,
		Listen: f.listen.Addr, Self: f.advertise.Addr, Bootstrap: f.bootstrap.Network(), Name: f.name, Told: screen.tell, Log: log,
	})
	switch {
	case ctx.Err() != nil && err != nil:
		return nil
	case err != nil:
		return err
	}
	defer s.Stop()
	screen.tell(fmt.Sprintf("%s of %s at %s%s", layer, f.stack, f.listen.Addr, w.hintEnd()))
	if err := w.use(ctx, s, layer, f.self(), screen); ctx.Err() == nil {
		return err
	}
	return nil // the user has ended it, whatever the layer's code was at
}

// use has a session do what is typed, until the user quits or it ends.
func (w World) use(ctx context.Context, s *live.Session, layer string, self network.Addr, screen *screen) error {
	var look <-chan time.Time // for p2p only: of the others there is nothing to draw
	if layer == "p2p" {
		ticker := time.NewTicker(drawEvery)
		defer ticker.Stop()
		look = ticker.C
	}
	typed := w.typed(ctx)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.Done():
			return s.Err()
		case <-look:
			known, err := s.Network(ctx)
			if err != nil {
				return err
			}
			screen.draw(self, known)
		case line, more := <-typed:
			if !more || line == "quit" {
				return nil
			}
			var thrown *tcphost.PanicError
			if err := s.Say(ctx, line); errors.As(err, &thrown) {
				return err
			} else if err != nil && ctx.Err() == nil {
				screen.tell(oneLine(err.Error()))
			}
		}
	}
}

// self is where others reach the node.
func (f tryFlags) self() network.Addr {
	if f.advertise.Addr != "" {
		return f.advertise.Addr
	}
	return f.listen.Addr
}

// hintEnd says how the user ends it.
func (w World) hintEnd() string {
	if w.onTerminal() {
		return "; quit, or Ctrl-D, ends it"
	}
	return ""
}

// onTerminal says whether somebody types.
func (w World) onTerminal() bool {
	in, ok := w.In.(*os.File)
	return ok && term.IsTerminal(int(in.Fd()))
}

// typed has the lines of the input, and is closed at its end. The read that waits when ctx ends is left as it is.
func (w World) typed(ctx context.Context) <-chan string {
	all := make(chan string)
	in := w.In
	if in == nil {
		in = strings.NewReader("")
	}
	go func() {
		defer close(all)
		for scan := bufio.NewScanner(in); scan.Scan(); {
			select {
			case all <- strings.TrimSpace(scan.Text()):
			case <-ctx.Done():
				return
			}
		}
	}()
	return all
}
