package tcphost

import (
	"net"
	"testing"

	"strata/network"

	"github.com/stretchr/testify/require"
)

func TestLoopbackAddrs_AreFreeAndDistinct(t *testing.T) {
	first, err := LoopbackAddrs(3)
	require.NoError(t, err)
	second, err := LoopbackAddrs(3)
	require.NoError(t, err)
	seen := map[network.Addr]bool{}
	for _, a := range append(first, second...) {
		require.NoError(t, a.Validate())
		require.False(t, seen[a], "%s twice", a)
		seen[a] = true
		l, err := net.Listen("tcp", string(a))
		require.NoError(t, err)
		defer l.Close()
	}
}

func TestLoopbackAddrs_PassesOverWhatIsInUse(t *testing.T) {
	addrs, err := LoopbackAddrs(1)
	require.NoError(t, err)
	l, err := net.Listen("tcp", string(addrs[0]))
	require.NoError(t, err)
	defer l.Close()
	portsTaken.Add(-1) // the same port is next
	again, err := LoopbackAddrs(1)
	require.NoError(t, err)
	require.NotEqual(t, addrs, again)
}
