package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"strata/harness/live/netpage"
)

// pageFits reports flags of a page where there is none.
func (f tryFlags) pageFits(cmd *cobra.Command, layer string) error {
	switch {
	case f.page && layer != "p2p":
		return fmt.Errorf("--page draws the network of p2p, and %s draws none: leave it out, or try p2p", layer)
	case !f.page && (cmd.Flags().Changed("port") || cmd.Flags().Changed("open")):
		return errors.New("--port and --open are about the page: add --page")
	}
	return nil
}

// tryScreen is where a layer shows itself, with its page if one is asked for, until end is called.
func (w World) tryScreen(cmd *cobra.Command, f tryFlags) (s *screen, end func(), err error) {
	s = newScreen(w)
	if !f.page {
		return s, func() {}, nil
	}
	l, err := f.listenPage(cmd)
	if err != nil {
		return nil, nil, err
	}
	s.page = netpage.New(l, f.self())
	ctx, quit := context.WithCancel(cmd.Context())
	served := make(chan error, 1)
	go func() {
		err := s.page.Serve(ctx)
		if err != nil {
			s.tell("the page has ended: " + oneLine(err.Error()))
		}
		served <- err
	}()
	w.openPage(cmd, f.open, s.page.URL())
	return s, func() {
		quit()
		<-served // what went wrong with it was told
	}, nil
}
