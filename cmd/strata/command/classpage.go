package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/class/board"
	"strata/harness/localpage"
)

func newClassPage(w World) *cobra.Command {
	var rules string
	var f pageFlags
	cmd := &cobra.Command{
		Use:   "page DIR",
		Short: "Serve a live page of a class on this machine",
		Long: `Serves a page that shows how far a class is, who stands where, which step and rule fails how often, how
the points are spread, and what took longest. It reads DIR again and again, so it follows a strata class
grade that runs beside it. Ctrl-C ends it.

The page is on this machine alone, at an address with a token that lets your browser in and nobody else. If
its usual port is taken, it takes a free one, unless you name one with --port.`,
		Example: `  strata class page results
  strata class page results --rules course.toml --port 8800`,
		Args:              oneArg("the directory of the results"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := class.Open(args[0]); err != nil {
				return err
			}
			r, err := readRules(rules)
			if err != nil {
				return err
			}
			return w.classPage(cmd, f, &board.Board{Dir: args[0], Rules: r})
		},
	}
	f.bind(cmd)
	cmd.Flags().StringVar(&rules, "rules", "", "what everything is worth: a TOML `FILE`")
	must(cmd.MarkFlagFilename("rules"))
	return cmd
}

// classPage serves until the user ends it.
func (w World) classPage(cmd *cobra.Command, f pageFlags, b *board.Board) error {
	listener, err := f.listenPage(cmd)
	if err != nil {
		return err
	}
	server := localpage.New(listener, board.Files)
	ctx, end := context.WithCancel(cmd.Context())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		b.Follow(ctx, server)
	}()
	w.openPage(cmd, f.open, server.URL())
	err = server.Serve(ctx)
	end()
	<-followed
	if err != nil {
		return fmt.Errorf("the page: %w", err)
	}
	return nil
}
