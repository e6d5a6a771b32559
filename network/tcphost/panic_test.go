package tcphost_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/network/tcphost"
)

// A host that was made in the callback that panics is closed like all others.
func TestLoop_PanicInTheCallbackThatMadeAHost(t *testing.T) {
	l := tcphost.NewLoop(tcphost.LoopConfig{})
	l.Do(func() {
		h := l.Host("127.0.0.1:1")
		_, err := h.Listen("127.0.0.1:61234", func(network.Stream) {})
		panic(err)
	})
	select {
	case <-l.Done():
		require.Error(t, l.Err())
	case <-time.After(10 * time.Second):
		t.Fatal("the loop waits for a listener that nobody closes")
	}
}
