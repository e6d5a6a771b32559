package tcphost_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

// A host that was made in the callback that panics is closed like all others: otherwise the loop
// would wait for its listener forever.
func TestLoop_PanicInTheCallbackThatMadeAHost(t *testing.T) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	at := freeAddr(t)
	loop.Do(func() {
		_, err := loop.Host(at).Listen(at, func(network.Stream) {})
		require.NoError(t, err)
		panic("boom")
	})
	await(t, loop.Done())
	require.ErrorContains(t, loop.Err(), "boom")
}
