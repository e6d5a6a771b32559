package command

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/nets/real"
)

const realExperiment = `[run]
protocol = "chain"
blocks = 10
[network]
nodes = 4
topology = { kind = "complete" }
[miners]
count = 2
interval = "1s"
`

func TestNetReal_SaysWhatCannotBeBeforeItStarts(t *testing.T) {
	s, file := newSession(t), experimentFile(t, realExperiment)
	for want, args := range map[string][]string{
		"--loss 1: want a share from 0 to less than 1": {"--loss", "1"},
		"--point 1: want 0 to 0":                       {"--point", "1"},
		":5:1: network.nodes: 10000 processes are too many for one machine: want 50 at most": {"--set", "network.nodes=10000", "--set", "network.topology.kind=ring"},
		"3s is too short": {"--within", "3s"},
	} {
		status, out, errs := s.run(t, append([]string{"net", "real", file}, args...)...)
		require.Equal(t, 2, status, args)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
	two := realExperiment + "[[sweep.axis]]\nkey = \"miners.interval\"\nvalues = [\"1s\", \"2s\"]\n"
	status, _, errs := s.run(t, "net", "real", experimentFile(t, two))
	require.Equal(t, 2, status)
	require.Contains(t, errs, "has 2 points, and one is run: say which with --point")
}

func TestNetReal_SaysWhyItIsSkipped(t *testing.T) {
	err := real.Possible()
	if err == nil {
		t.Skip("there are namespaces here: the tests of harness/nets/real use them")
	}
	require.ErrorIs(t, err, real.ErrUnavailable)
	s, file := newSession(t), experimentFile(t, realExperiment)
	status, _, errs := s.run(t, "net", "real", file)
	require.Equal(t, 2, status)
	require.Contains(t, errs, err.Error())
	status, out, errs := s.run(t, "net", "real", file, "--if-possible")
	require.Zero(t, status, errs)
	require.Contains(t, out, "skipped: "+errors.Unwrap(err).Error())
}
