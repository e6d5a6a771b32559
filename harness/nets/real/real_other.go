//go:build !linux

package real

import (
	"context"
	"errors"
	"fmt"
	"io"

	"strata/harness/nets/run"
	"strata/ledgers/electives"
)

// ErrUnavailable reports a machine on which there are no networks of processes.
var ErrUnavailable = errors.New("there are no networks of processes here")

// Possible says that there are none. Error: ErrUnavailable.
func Possible() error { return fmt.Errorf("%w: they take Linux", ErrUnavailable) }

// Do carries out nothing. Error: ErrUnavailable.
func Do(context.Context, *run.Plan, Config) (*Outcome, error) { return nil, Possible() }

// Serve serves nothing. Error: ErrUnavailable.
func Serve(io.Reader, io.Writer, io.Writer, func([]string) (map[string]electives.Stack, error)) error {
	return Possible()
}
