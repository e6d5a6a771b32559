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

// The figures S1 and S4 of TARGETS.md: floods of 100-byte messages through 10,000 nodes with 8 links
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

// newFlood sets up a network of flooders and lets them connect.
func newFlood(b *testing.B, cfg Config, nodes, messages int) (*Net, []*flooder) {
	cfg.Seed, cfg.Jitter = 1, 10*time.Millisecond
	n, err := New(cfg)
	require.NoError(b, err)
	all := make([]*flooder, nodes)
	addrs := make([]network.Addr, nodes)
	for i := range addrs {
		addrs[i] = network.Addr(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))
	}
	graph := s1Peers(nodes)
	links := make([]int, nodes)
	for i, peers := range graph {
		for _, p := range peers {
			links[i]++
			links[p]++
		}
	}
	for i, peers := range graph {
		n.Node(addrs[i], func(h network.Host) {
			f := &flooder{seen: make([]uint64, messages/64+1), ends: make([]flooderEnd, 0, links[i])}
			all[i] = f
			_, err := h.Listen(addrs[i], f.add)
			require.NoError(b, err)
			for _, p := range peers {
				h.Dial(addrs[p], func(s network.Stream, err error) {
					require.NoError(b, err)
					f.add(s)
				})
			}
		})
	}
	n.Run(time.Second)
	return n, all
}

// benchFlood measures whole batches of floods, and reports deliveries per second.
func benchFlood(b *testing.B, cfg Config, nodes int) {
	const batches = 64 // ids that the flooders have room for
	n, all := newFlood(b, cfg, nodes, batches*s1Floods)
	addrs := n.Addrs()
	before := n.Stats().Pieces
	b.ReportAllocs()
	batch := 0
	t0 := cpu()
	for b.Loop() {
		if batch%batches == 0 {
			for _, f := range all {
				clear(f.seen)
			}
		}
		for k := range s1Floods {
			message := make([]byte, s1Size)
			binary.LittleEndian.PutUint32(message, uint32(batch%batches*s1Floods+k))
			at := (batch*s1Floods + k) * 7919 % nodes
			n.At(n.Now(), addrs[at], func() { all[at].spread(nil, message) })
		}
		n.Run(n.Now() + s1Span)
		batch++
	}
	sent := n.Stats().Pieces - before
	links := uint64(s1Dials * nodes)
	require.Equal(b, uint64(batch)*s1Floods*(2*links-uint64(nodes)+1), sent, "every flood reaches everyone")
	b.ReportMetric(float64(sent)/(cpu()-t0)/1e6, "Mdel/cpu-s")
	b.ReportMetric(float64(sent)/b.Elapsed().Seconds()/1e6, "Mdeliveries/s")
}

func BenchmarkS1_Windows1(b *testing.B)   { benchFlood(b, Config{Engine: Windows, Workers: 1}, s1Nodes) }
func BenchmarkS1_Windows2(b *testing.B)   { benchFlood(b, Config{Engine: Windows, Workers: 2}, s1Nodes) }
func BenchmarkS1_TotalOrder(b *testing.B) { benchFlood(b, Config{}, s1Nodes) }

func BenchmarkS3_Engine100k(b *testing.B) { benchFlood(b, Config{Engine: Windows}, 100_000) }
