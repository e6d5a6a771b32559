package sim

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
)

func TestALargeNetworkMakesRoomForItsNodesOnce(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("room is made on Linux")
	}
	heap := func() (m runtime.MemStats) {
		runtime.ReadMemStats(&m)
		return m
	}
	n, err := New(Config{Engine: Windows})
	require.NoError(t, err)
	for i := range largeNetwork {
		n.Node(network.Addr(fmt.Sprintf("10.0.%d.%d:4000", i>>8, i&255)), func(network.Host) {})
	}
	n.largePages()
	made := heap()
	require.GreaterOrEqual(t, made.HeapIdle, uint64(largeNetwork*nodeMemory/2))
	n.largePages()
	require.InDelta(t, made.HeapSys, heap().HeapSys, largeNetwork*nodeMemory/4, "there is room already")
}
