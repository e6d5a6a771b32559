package tcphost_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/network"
	"strata/node/process/tcphost"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what should take a moment.
const patience = 2 * time.Minute

// newHost starts a loop with one host.
func newHost(t *testing.T) (*tcphost.Loop, network.Host) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	t.Cleanup(loop.Close)
	return loop, loop.Host("test")
}

// freeAddr is a loopback address that nobody listens at.
func freeAddr(t *testing.T) network.Addr {
	addrs, err := tcphost.LoopbackAddrs(1) // which no other process is given
	require.NoError(t, err)
	return addrs[0]
}

// await receives from the channel, in time.
func await[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		require.FailNow(t, "nothing came in time")
		panic("unreachable")
	}
}

// recorder is a receiver that keeps what it is told. The loop owns it.
type recorder struct {
	pieces [][]byte
	sums   []byte
	size   int
	ends   []error
	want   int           // bytes
	full   chan struct{} // closed when want bytes have come
	ended  chan error
	after  func() // called after each piece
}

func newRecorder(want int) *recorder {
	return &recorder{want: want, full: make(chan struct{}), ended: make(chan error, 10), after: func() {}}
}

func (r *recorder) Receive(piece []byte) {
	before := r.size
	r.pieces = append(r.pieces, piece)
	r.sums = append(r.sums, bytes.Clone(piece)...)
	r.size += len(piece)
	if before < r.want && r.size >= r.want {
		close(r.full)
	}
	r.after()
}

func (r *recorder) Ended(reason error) {
	r.ends = append(r.ends, reason)
	r.ended <- reason
}
