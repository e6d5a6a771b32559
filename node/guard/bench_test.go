package guard

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
)

// still is a host on which nothing happens.
type still struct{ now time.Time }

func (h *still) Now() time.Time                                 { return h.now }
func (h *still) After(time.Duration, func()) network.TimerID    { return 1 }
func (h *still) Cancel(network.TimerID)                         {}
func (h *still) Rand() *rand.Rand                               { return nil }
func (h *still) Log() *slog.Logger                              { return slog.New(slog.DiscardHandler) }
func (h *still) Dial(network.Addr, func(network.Stream, error)) {}
func (h *still) Offload(work, done func())                      {}
func (h *still) Disk() network.Disk                             { return nil }
func (h *still) Identity() network.Identity                     { return nil }
func (h *still) Listen(network.Addr, func(network.Stream)) (network.Listener, error) {
	return nil, network.ErrRefused
}

type sink struct{ bytes int }

func (s *sink) Receive(piece []byte)                { s.bytes += len(piece) }
func (s *sink) Ended(error)                         {}
func (s *sink) Deliver(network.Receiver)            {}
func (s *sink) Write(_, _ []byte)                   {}
func (s *sink) Queued() int                         { return 0 }
func (s *sink) Remote() network.Addr                { return "203.0.113.1:1" }
func (s *sink) Close()                              {}
func (s *sink) Key() (k network.PublicKey, ok bool) { return k, false }

func guardedSink(t testing.TB) (*conn, *sink, *still) {
	cfg, err := Config{Bytes: 1 << 30, Messages: 1 << 30}.Complete()
	require.NoError(t, err)
	h, s := &still{now: time.Unix(1, 0)}, &sink{}
	g := New(h, cfg)
	c := g.newConn(s, g.source(s.Remote()))
	c.Deliver(s)
	return c, s, h
}

// piece is 64 kB of frames of 100 bytes.
var piece = bytes.Repeat(network.AppendFrame(nil, make([]byte, 96)), 655)

func TestWhatIsWithinTheLimitsCostsNoMemory(t *testing.T) {
	c, s, h := guardedSink(t)
	c.Receive(piece)
	s.bytes = 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		h.now = h.now.Add(time.Second)
		c.Receive(piece)
		c.Write(nil, piece[:100])
	}))
	require.Equal(t, 101*len(piece), s.bytes)
}

// A host of many nodes touches a connection when nobody is to notice.
func TestTouchChangesNothing(t *testing.T) {
	c, _, _ := guardedSink(t)
	var toucher sim.Toucher = c
	c.g.atRest = true
	conn, source := *c, *c.source
	toucher.Touch()
	require.Equal(t, conn, *c)
	require.Equal(t, source, *c.source)
	require.True(t, c.g.atRest)
}

// BenchmarkReceive is the guard's price for 655 messages.
func BenchmarkReceive(b *testing.B) {
	c, _, h := guardedSink(b)
	b.SetBytes(int64(len(piece)))
	for b.Loop() {
		h.now = h.now.Add(time.Second)
		c.Receive(piece)
	}
}
