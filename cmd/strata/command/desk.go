package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"strata/harness/grade/deskpage"
	"strata/harness/grade/watch"
	"strata/harness/localpage"
)

// deskPort is where a desk is, if that port is free.
const deskPort = 11188

// deskFlags are those of `strata desk`.
type deskFlags struct {
	watchFlags
	pageFlags
}

// pageFlags are those of a page on this machine.
type pageFlags struct {
	port int
	open bool
}

func (f *pageFlags) bind(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.port, "port", deskPort, "the `PORT` of the page on this machine; 0 is any that is free")
	cmd.Flags().BoolVar(&f.open, "open", false, "open the page in a browser (default: on a desktop only)")
}

func newDesk(w World) *cobra.Command {
	var f deskFlags
	cmd := &cobra.Command{
		Use:   "desk [DIR]",
		Short: "The workshop in your browser: steps, failing runs, hints, debugger, chapters",
		Long: `Grades as strata watch does, and shows it as a page that follows by itself: the steps with their points, the
run that fails as a diagram beside its rule, its trace and your own lines, the hints one at a time, our run of
the same seed, a debugger, and the chapters.

The page is on this machine alone, at an address with a token that lets your browser in and nobody else. It
loads nothing from elsewhere. If its usual port is taken, it takes a free one, unless you name one with --port.
The terminal shows what strata watch shows, and knows the same keys; o opens the page. Ctrl-C ends it.`,
		Example: `  strata desk
  strata desk --layer gossip --open
  strata desk my-layers --port 0 --open=false`,
		Args:              upToOneArg("a DIR"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := w.watchSettings(cmd, f.watchFlags)
			if err != nil {
				return err
			}
			return w.runDesk(cmd, s, f, strings.Join(args, ""))
		},
	}
	f.watchFlags.bind(cmd)
	f.pageFlags.bind(cmd)
	return cmd
}

// runDesk watches, and serves the page, until the user quits.
func (w World) runDesk(cmd *cobra.Command, s GradeSettings, f deskFlags, dir string) error {
	listener, err := f.listenPage(cmd)
	if err != nil {
		return err
	}
	if _, ok := w.Out.(*os.File); !ok { // which takes care of itself
		w.Out = &shared{to: w.Out}
	}
	on, err := w.watching(cmd, s, f.watchFlags, dir)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer on.end()
	ctx, quit := context.WithCancel(cmd.Context())
	defer quit()
	server := localpage.New(listener, deskpage.Files)
	keys := make(chan rune)
	desk := deskpage.New(deskpage.Config{
		Options: on.opt, Dir: on.dir, Shown: nearby(on.dir), Home: on.at.home, Layers: on.layers,
		Press: func(key rune) { pass(ctx, keys, key) },
	}, server)
	defer desk.Close()
	server.Left(w.pageLeft(ctx, server, "it goes on"))
	on.screen, on.page = watch.Screens{on.screen, desk}, server.URL()
	pressed, end := w.pressed()
	defer end()
	go forward(ctx, pressed, keys)
	fmt.Fprintf(w.Out, "watching %s%s\n", nearby(on.dir), on.help(pressed != nil))
	w.openPage(cmd, f.open, server.URL())
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx)
		quit()
	}()
	on.watcher(keys).Run(ctx)
	quit()
	return <-served
}

// listenPage takes the port of the page: the usual one or else any, if none was named.
func (f pageFlags) listenPage(cmd *cobra.Command) (net.Listener, error) {
	named := cmd.Flags().Changed("port")
	if f.port < 0 || f.port > 65535 {
		return nil, fmt.Errorf("port is %d: want 0 to 65535", f.port)
	}
	l, err := localpage.Listen(f.port)
	switch {
	case errors.Is(err, localpage.ErrTaken) && !named:
		l, err = localpage.Listen(0)
	case errors.Is(err, localpage.ErrTaken):
		err = fmt.Errorf("%w: name another with --port, or let strata find a free one with --port 0", err)
	case err != nil:
		err = fmt.Errorf("port %d cannot be used: %w", f.port, cause(err))
	}
	return l, err
}

// openPage says where the page is, and opens it if that was asked for, or on a desktop.
func (w World) openPage(cmd *cobra.Command, open bool, url string) {
	if !cmd.Flags().Changed("open") {
		open = w.onDesktop()
	}
	if open {
		_ = w.browse(url) // it says what goes wrong
		return
	}
	fmt.Fprintf(w.Out, "page: %s\n", url)
}

// onDesktop says whether the user sits before a screen on which a browser can show itself.
func (w World) onDesktop() bool {
	set := func(name string) bool {
		value, ok := w.LookupEnv(name)
		return ok && value != ""
	}
	if f, ok := w.Out.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) || w.Browse == nil || set("SSH_CONNECTION") {
		return false
	}
	return runtime.GOOS == "darwin" || runtime.GOOS == "windows" || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

// backSoon is how long a page that goes may take to come back: one that is loaded again is not told of.
const backSoon = 2 * time.Second

// pageLeft says that nobody looks at the page, what it does now, and where it is.
func (w World) pageLeft(ctx context.Context, server *localpage.Server, does string) func() {
	return func() {
		time.AfterFunc(backSoon, func() {
			if ctx.Err() == nil && server.Pages() == 0 {
				fmt.Fprintf(w.Out, "no browser shows the page now; %s at %s\n", does, server.URL())
			}
		})
	}
}

// forward passes on what is pressed on the terminal.
func forward(ctx context.Context, pressed <-chan rune, keys chan<- rune) {
	for {
		select {
		case key := <-pressed:
			pass(ctx, keys, key)
		case <-ctx.Done():
			return
		}
	}
}

// pass passes a key on, if anybody still wants it.
func pass(ctx context.Context, keys chan<- rune, key rune) {
	select {
	case keys <- key:
	case <-ctx.Done():
	}
}

// shared is a writer for several goroutines.
type shared struct {
	mu sync.Mutex
	to io.Writer
}

// Write is io.Writer's.
func (s *shared) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(text)
}
