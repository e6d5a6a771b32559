package scenario_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// anything is whatever it is asked for.
type anything struct{}

func (anything) Error() string { return "over" }

func (anything) Is(error) bool { return true }

func TestOnly(t *testing.T) {
	mine := errors.New("mine")
	require.True(t, scenario.Only(nil, nil))
	require.True(t, scenario.Only(fmt.Errorf("network: %w", network.ErrClosed), network.ErrClosed, mine))
	require.False(t, scenario.Only(network.ErrClosed, nil))
	require.False(t, scenario.Only(nil, network.ErrClosed))
	require.False(t, scenario.Only(network.ErrRefused, network.ErrClosed))
	require.False(t, scenario.Only(anything{}, network.ErrClosed))
	require.False(t, scenario.Only(errors.Join(network.ErrClosed, mine), network.ErrClosed, mine))
}
