package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/class/board"
)

func newClassPage(w World) *cobra.Command {
	var listen, rules string
	cmd := &cobra.Command{
		Use:   "page DIR",
		Short: "Serve a live page of a class on this machine",
		Long: `Serves a page that shows how far a class is, who stands where, which step and rule fails how often, how
the points are spread, and what took longest. It reads DIR again and again, so it follows a strata class
grade that runs beside it. It is for the browser of this machine alone. Ctrl-C ends it.`,
		Example: `  strata class page results
  strata class page results --rules course.toml --listen 127.0.0.1:8800`,
		Args:              oneArg("the directory of the results"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := ownAddress(listen); err != nil {
				return err
			}
			if _, err := class.Open(args[0]); err != nil {
				return err
			}
			r, err := readRules(rules)
			if err != nil {
				return err
			}
			return w.classPage(cmd.Context(), listen, &board.Board{Dir: args[0], Rules: r})
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0",
		"the `ADDRESS` of the page, of this machine; port 0 is any that is free")
	cmd.Flags().StringVar(&rules, "rules", "", "what everything is worth: a TOML `FILE`")
	must(cmd.MarkFlagFilename("rules"))
	return cmd
}

// ownAddress reports an address that others can reach.
func ownAddress(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s: want an address of this machine alone, such as 127.0.0.1:8800", listen)
	}
	return nil
}

// classPage serves until ctx ends.
func (w World) classPage(ctx context.Context, listen string, page *board.Board) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("--listen: %w; port 0 takes any that is free", err)
	}
	server := &http.Server{Handler: page, ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	fmt.Fprintf(w.Out, "http://%s/\n", l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
