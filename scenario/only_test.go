package scenario_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// anything is whatever it is asked for, and counts how often it was asked.
type anything struct{ asked *int }

func (a anything) Error() string { *a.asked++; return "over" }
func (a anything) Is(error) bool { *a.asked++; return true }
func (a anything) Unwrap() error { *a.asked++; return network.ErrClosed }
func (a anything) As(any) bool   { *a.asked++; return true }

// own is an error of a student's, who wrapped one of ours.
type own struct {
	op    string
	cause error
}

func (o *own) Error() string { return o.op }

// plain is an error without a pointer; all has several.
type plain struct{ cause error }

func (plain) Error() string { return "plain" }

type all []error

func (all) Error() string { return "all" }

// loop carries itself.
type loop struct{ next error }

func (*loop) Error() string { return "loop" }

// C4: which error one is is found without its help, and it may be one only.
func TestOnly(t *testing.T) {
	mine := errors.New("mine")
	asked := 0
	same := errors.New("connection closed") // the words of network.ErrClosed
	ring := &loop{}
	ring.next = ring
	for _, c := range []struct {
		err, want error
		only      bool
	}{
		{nil, nil, true},
		{network.ErrClosed, nil, false},
		{nil, network.ErrClosed, false},
		{network.ErrClosed, network.ErrClosed, true},
		{network.ErrRefused, network.ErrClosed, false},
		{same, network.ErrClosed, false},
		{fmt.Errorf("network: %w", network.ErrClosed), network.ErrClosed, true},
		{fmt.Errorf("%w: %w", network.ErrClosed, errors.New("why")), network.ErrClosed, true},
		{errors.Join(nil, network.ErrClosed), network.ErrClosed, true},
		{&own{"dial", fmt.Errorf("at %d: %w", 3, plain{mine})}, mine, true},
		{plain{&own{"send", network.ErrClosed}}, network.ErrClosed, true},
		{fmt.Errorf("twice: %w %w", network.ErrClosed, network.ErrClosed), network.ErrClosed, true},
		{errors.Join(network.ErrClosed, mine), network.ErrClosed, false},
		{&own{"both", all{network.ErrClosed, network.ErrSlowPeer}}, network.ErrClosed, false},
		{anything{&asked}, network.ErrClosed, false},
		{fmt.Errorf("%w", plain{anything{&asked}}), network.ErrClosed, false},
		{(*own)(nil), network.ErrClosed, false},
		{&own{}, network.ErrClosed, false},
		{ring, network.ErrClosed, false},
	} {
		require.Equal(t, c.only, scenario.Only(c.err, c.want, mine), "%#v", c.want)
	}
	require.LessOrEqual(t, asked, 1, "only fmt.Errorf, which is ours here, asked")
}
