package guard_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/node/guard"
)

// TestWhatIsHeldIsNeitherLostNorTurned: whatever the limits and however the bytes are cut, each stream's
// bytes come through whole and in order (NET-2).
func TestWhatIsHeldIsNeitherLostNorTurned_NET2(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		cfg := guard.Config{
			Messages: 1 + rng.IntN(200),
			Bytes:    100 + rng.IntN(20_000),
			Burst:    time.Duration(1+rng.IntN(2000)) * ms,
			MaxHeld:  1 << 20,
		}
		r := newRig(t, cfg)
		s := r.stranger("203.0.113.1:1")
		var texts []string
		var wire []byte
		for i := range 60 {
			text := fmt.Sprintf("%d %0*d", i, rng.IntN(200), 7)
			texts = append(texts, text)
			wire = network.AppendFrame(wire, []byte(text))
		}
		s.dials(0, func(l *line) {
			var drip func()
			drip = func() {
				n := min(len(wire), 1+rng.IntN(400))
				l.stream.Write(nil, wire[:n:n])
				if wire = wire[n:]; len(wire) > 0 {
					s.host.After(time.Duration(rng.IntN(300))*ms, drip)
				} else {
					l.stream.Close()
				}
			}
			drip()
		})
		r.sim.Run(20 * time.Minute)
		require.Equal(t, texts, r.texts(), "seed %d, %+v", seed, cfg)
		require.Len(t, r.closed, 1)
		require.NoError(t, r.closed[0].reason)
		r.run(21 * time.Minute)
	}
}

// FuzzStream: no bytes make the guard panic, and what it lets through is a prefix of what came.
func FuzzStream(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x05hello\x00\x00\x00\x00"), uint8(3))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1}, uint8(1))
	f.Fuzz(func(t *testing.T, bytes []byte, cut uint8) {
		cfg, err := guard.Config{MaxFrame: 64, Messages: 50, Bytes: 500, Burst: 100 * ms, MaxHeld: 2000}.Complete()
		require.NoError(t, err)
		net, err := sim.New(sim.Config{})
		require.NoError(t, err)
		var got []byte
		net.Node(self, func(h network.Host) {
			_, err := guard.New(h, cfg).Host().Listen(self, func(s network.Stream) { s.Deliver(collector{&got}) })
			require.NoError(t, err)
		})
		net.Node("203.0.113.1:1", func(h network.Host) {
			h.Dial(self, func(s network.Stream, err error) {
				for rest := bytes; len(rest) > 0; {
					n := min(len(rest), 1+int(cut))
					s.Write(nil, rest[:n:n])
					rest = rest[n:]
				}
			})
		})
		net.Run(time.Minute)
		require.LessOrEqual(t, len(got), len(bytes))
		require.Equal(t, string(bytes[:len(got)]), string(got))
	})
}

type collector struct{ got *[]byte }

func (c collector) Receive(piece []byte) { *c.got = append(*c.got, piece...) }

func (c collector) Ended(error) {}
