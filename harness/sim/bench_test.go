package sim

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"strata/network"

	"github.com/stretchr/testify/require"
)

// The figures S1 and S4 of docs/targets.md: floods of 100-byte messages through 10,000 nodes with 8 links
// each. The baselines are in this directory too: BenchmarkS1_BareWindowedLoop is the least
// program that does the same, without nodes, streams or faults.
const (
	s1Nodes  = 10_000
	s1Floods = 20
	s1Size   = 100
	s1Dials  = 4 // by each node; as many come in, on average
	s1Span   = 3 * time.Second
)

// s1Peers are the links of the graph, as who dials whom.
func s1Peers(nodes int) [][s1Dials]int32 {
	draw := rand.New(rand.NewPCG(1, 1))
	peers := make([][s1Dials]int32, nodes)
	for i := range peers {
		for k := range peers[i] {
			for {
				peers[i][k] = int32(draw.IntN(nodes))
				if int(peers[i][k]) != i {
					break
				}
			}
		}
	}
	return peers
}

// flooder is the least node that floods: each message once to every stream but the one that it came on.
type flooder struct {
	seen []uint64     // bit per message
	ends []flooderEnd // has room for all, for the streams point into it
}

// flooderEnd is a flooder's end of one stream.
type flooderEnd struct {
	f *flooder
	s network.Stream
}

func (f *flooder) add(s network.Stream) {
	f.ends = append(f.ends, flooderEnd{f, s})
	s.Deliver(&f.ends[len(f.ends)-1])
}

func (e *flooderEnd) Receive(piece []byte) { e.f.spread(e, piece) }

func (e *flooderEnd) Ended(error) {}

func (f *flooder) spread(from *flooderEnd, message []byte) {
	id := binary.LittleEndian.Uint32(message)
	if f.seen[id/64]&(1<<(id%64)) != 0 {
		return
	}
	f.seen[id/64] |= 1 << (id % 64)
	for i := range f.ends {
		if end := &f.ends[i]; end != from {
			end.s.Write(nil, message)
		}
	}
}

// contender floods messages through the graph, s1Floods of them a batch.
type contender interface {
	batch() (deliveries uint64)
}

// s1Batches is for how many batches the seen bits have room; then they are cleared.
const s1Batches = 64

// s1Message makes the k-th message of a batch, and says at which node it starts.
func s1Message(batch, k, nodes int) (message []byte, at int) {
	message = make([]byte, s1Size)
	binary.LittleEndian.PutUint32(message, uint32(batch%s1Batches*s1Floods+k))
	return message, (batch*s1Floods + k) * 7919 % nodes
}

// simulated is the contender that this package is.
type simulated struct {
	b       *testing.B
	n       *Net
	nodes   []*flooder
	addrs   []network.Addr
	batches int
}

// newSimulated sets up a network of flooders and lets them connect.
func newSimulated(b *testing.B, cfg Config, nodes int) *simulated {
	cfg.Seed, cfg.Jitter = 1, 10*time.Millisecond
	n, err := New(cfg)
	require.NoError(b, err)
	s := &simulated{b: b, n: n, nodes: make([]*flooder, nodes), addrs: make([]network.Addr, nodes)}
	graph := s1Peers(nodes)
	links := make([]int, nodes)
	for i, peers := range graph {
		s.addrs[i] = network.Addr(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))
		for _, p := range peers {
			links[i]++
			links[p]++
		}
	}
	for i, peers := range graph {
		n.Node(s.addrs[i], func(h network.Host) {
			f := &flooder{seen: make([]uint64, s1Batches*s1Floods/64), ends: make([]flooderEnd, 0, links[i])}
			s.nodes[i] = f
			_, err := h.Listen(s.addrs[i], f.add)
			require.NoError(b, err)
			for _, p := range peers {
				h.Dial(s.addrs[p], func(stream network.Stream, err error) {
					require.NoError(b, err)
					f.add(stream)
				})
			}
		})
	}
	n.Run(time.Second)
	return s
}

func (s *simulated) batch() uint64 {
	if s.batches%s1Batches == 0 {
		for _, f := range s.nodes {
			clear(f.seen)
		}
	}
	before := s.n.Stats().Pieces
	for k := range s1Floods {
		message, at := s1Message(s.batches, k, len(s.nodes))
		s.n.At(s.n.Now(), s.addrs[at], func() { s.nodes[at].spread(nil, message) })
	}
	s.n.Run(s.n.Now() + s1Span)
	s.batches++
	sent := s.n.Stats().Pieces - before
	links := s1Dials * len(s.nodes)
	require.Equal(s.b, uint64(s1Floods*(2*links-len(s.nodes)+1)), sent, "every flood reaches everyone")
	return sent
}

// benchRate measures one contender.
func benchRate(b *testing.B, c contender) {
	b.ReportAllocs()
	var deliveries uint64
	for b.Loop() {
		deliveries += c.batch()
	}
	b.ReportMetric(float64(deliveries)/b.Elapsed().Seconds(), "deliveries/s")
}

// benchRatio measures two contenders in turns, so that whatever else the machine does strikes both.
func benchRatio(b *testing.B, ours, base contender) {
	var took [2]time.Duration
	var deliveries [2]uint64
	for b.Loop() {
		for i, c := range []contender{ours, base} {
			began := time.Now()
			deliveries[i] += c.batch()
			took[i] += time.Since(began)
		}
	}
	rate := func(i int) float64 { return float64(deliveries[i]) / took[i].Seconds() }
	b.ReportMetric(rate(0), "deliveries/s")
	b.ReportMetric(rate(1), "base-deliveries/s")
	b.ReportMetric(rate(0)/rate(1), "ratio")
}

func BenchmarkS1_BareWindowedLoop(b *testing.B) { benchRate(b, newBare(s1Nodes)) }

func BenchmarkS1_Windows(b *testing.B) {
	benchRate(b, newSimulated(b, Config{Engine: Windows, Workers: 1}, s1Nodes))
}

func BenchmarkS1_TotalOrder(b *testing.B) { benchRate(b, newSimulated(b, Config{}, s1Nodes)) }

func BenchmarkS1_GoroutinesUnderSynctest(b *testing.B) { benchRate(b, newBubble(s1Nodes)) }

func BenchmarkS1_WindowsAgainstBareLoop(b *testing.B) {
	benchRatio(b, newSimulated(b, Config{Engine: Windows, Workers: 1}, s1Nodes), newBare(s1Nodes))
}

func BenchmarkS4_TwoWorkersAgainstOne(b *testing.B) {
	two := newSimulated(b, Config{Engine: Windows, Workers: 2}, s1Nodes)
	one := newSimulated(b, Config{Engine: Windows, Workers: 1}, s1Nodes)
	benchRatio(b, two, one)
	require.Equal(b, one.n.Hash(), two.n.Hash())
}

func BenchmarkS3_BareEngine100000Nodes(b *testing.B) {
	benchRate(b, newSimulated(b, Config{Engine: Windows}, 100_000))
}
