package networktest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/network/networktest"
)

// anything is whatever it is asked for.
type anything struct{}

func (anything) Error() string { return "over" }

func (anything) Is(error) bool { return true }

func TestOnly(t *testing.T) {
	mine := errors.New("mine")
	require.True(t, networktest.Only(nil, nil))
	require.True(t, networktest.Only(fmt.Errorf("network: %w", network.ErrClosed), network.ErrClosed, mine))
	require.False(t, networktest.Only(network.ErrClosed, nil))
	require.False(t, networktest.Only(nil, network.ErrClosed))
	require.False(t, networktest.Only(network.ErrRefused, network.ErrClosed))
	require.False(t, networktest.Only(anything{}, network.ErrClosed))
	require.False(t, networktest.Only(errors.Join(network.ErrClosed, mine), network.ErrClosed, mine))
}
