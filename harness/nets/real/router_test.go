package real

import (
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/stretchr/testify/require"

	"strata/harness/nets/run"
	"strata/network"
	"strata/scenario"
)

const ms = time.Millisecond

// threePlan is three nodes whose links take 10, 20 and 30 ms.
func threePlan() *run.Plan {
	p := &run.Plan{Jitter: func(uint64) time.Duration { return 0 }, Latency: [][]time.Duration{{0, 10 * ms, 20 * ms}, {10 * ms, 0, 30 * ms}, {20 * ms, 30 * ms, 0}}}
	for i := range 3 {
		p.Addrs = append(p.Addrs, run.Addr(i))
	}
	return p
}

// segment is a packet from one node's port 1000 to another's port 4000.
func segment(t *testing.T, p *run.Plan, from, to int, with layers.TCP, payload string) []byte {
	a, b := ipOf(p.Addrs[from]), ipOf(p.Addrs[to])
	header := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: a[:], DstIP: b[:]}
	if with.SrcPort == 0 {
		with.SrcPort, with.DstPort = 1000, 4000
	}
	require.NoError(t, with.SetNetworkLayerForChecksum(header))
	buffer := gopacket.NewSerializeBuffer()
	require.NoError(t, gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		header, &with, gopacket.Payload(payload)))
	return buffer.Bytes()
}

// arrival is a packet that came to its receiver.
type arrival struct {
	at      time.Duration
	to      int
	payload string
	tcp     *layers.TCP
}

// drain lets the router's clock run until nothing is on its way, or until then.
func drain(t *testing.T, r *Router, until time.Duration) (all []arrival) {
	for {
		at, ok := r.Next()
		if !ok || at > until {
			return all
		}
		for {
			to, data, ok := r.Due(at)
			if !ok {
				break
			}
			parsed := gopacket.NewPacket(data, layers.LayerTypeIPv4, gopacket.Default)
			require.Nil(t, parsed.ErrorLayer())
			header := parsed.Layer(layers.LayerTypeTCP).(*layers.TCP)
			all = append(all, arrival{at, to, string(header.Payload), header})
		}
	}
}

func TestRouter_LatencyIsTheLinks(t *testing.T) {
	p := threePlan()
	r := NewRouter(p, 0, 1)
	r.Take(5*ms, 0, segment(t, p, 0, 2, layers.TCP{}, "far"))
	r.Take(6*ms, 0, segment(t, p, 0, 1, layers.TCP{}, "near"))
	_, _, ok := r.Due(15 * ms)
	require.False(t, ok)
	got := drain(t, r, time.Hour)
	require.Len(t, got, 2)
	require.Equal(t, []any{16 * ms, 1, "near"}, []any{got[0].at, got[0].to, got[0].payload})
	require.Equal(t, []any{25 * ms, 2, "far"}, []any{got[1].at, got[1].to, got[1].payload})
	require.EqualValues(t, 2, r.Stats().Carried)
}

func TestRouter_JitterKeepsTheOrderOfALink(t *testing.T) {
	p := threePlan()
	draws := []time.Duration{50 * ms, 0, 7 * ms, 0}
	p.Jitter = func(uint64) time.Duration { d := draws[0]; draws = draws[1:]; return d }
	r := NewRouter(p, 0, 1)
	for i, text := range []string{"a", "b", "c"} {
		r.Take(time.Duration(i)*ms, 0, segment(t, p, 0, 1, layers.TCP{}, text))
	}
	r.Take(3*ms, 1, segment(t, p, 1, 0, layers.TCP{}, "other way"))
	got := drain(t, r, time.Hour)
	require.Equal(t, []string{"other way", "a", "b", "c"}, []string{got[0].payload, got[1].payload, got[2].payload, got[3].payload})
	require.Equal(t, []time.Duration{13 * ms, 60 * ms, 60 * ms, 60 * ms}, []time.Duration{got[0].at, got[1].at, got[2].at, got[3].at})
}

func TestRouter_LosesItsShareAndTheSameOnesAgain(t *testing.T) {
	p := threePlan()
	lose := func() (came string) {
		r := NewRouter(p, 0.2, 7)
		for i := range 10_000 {
			r.Take(time.Duration(i), 0, segment(t, p, 0, 1, layers.TCP{}, string(rune('a'+i%26))))
		}
		for _, a := range drain(t, r, time.Hour) {
			came += a.payload
		}
		require.EqualValues(t, 10_000-len(came), r.Stats().Lost)
		return came
	}
	came := lose()
	require.InDelta(t, 8000, len(came), 200) // five deviations
	require.Equal(t, came, lose())
}

func TestRouter_LinesQueueAtTheSenderAndAtTheReceiver(t *testing.T) {
	p := threePlan()
	p.Up, p.Down = []int64{100_000, 0, 100_000}, []int64{0, 50_000, 0}
	r := NewRouter(p, 0, 1)
	packet := segment(t, p, 0, 1, layers.TCP{}, string(make([]byte, 960))) // 1000 bytes: 10 ms up, 20 ms down
	require.Len(t, packet, 1000)
	r.Take(0, 0, packet)
	r.Take(0, 0, segment(t, p, 0, 1, layers.TCP{}, string(make([]byte, 960))))
	r.Take(0, 2, segment(t, p, 2, 1, layers.TCP{}, string(make([]byte, 960))))
	var at []time.Duration
	for _, a := range drain(t, r, time.Hour) {
		at = append(at, a.at)
	}
	// They come to the downlink after 20, 30 and 40 ms, and it takes 20 ms for each.
	require.Equal(t, []time.Duration{40 * ms, 60 * ms, 80 * ms}, at)
}

// struck is a fault at node 0 from 100 to 200 ms.
func struck(kind scenario.FaultKind) scenario.Fault {
	return scenario.Fault{Kind: kind, At: 100 * ms, For: 100 * ms, A: []network.Addr{run.Addr(0)}, By: 40 * ms, Rate: 10_000}
}

func TestRouter_Faults(t *testing.T) {
	for _, c := range []struct {
		kind     scenario.FaultKind
		sent     time.Duration
		from, to int
		at       time.Duration // it comes then; 0: never
	}{
		{scenario.Cut, 99 * ms, 0, 1, 109 * ms},
		{scenario.Cut, 100 * ms, 0, 1, 0},
		{scenario.Cut, 100 * ms, 1, 0, 110 * ms}, // one way only
		{scenario.Cut, 150 * ms, 1, 2, 180 * ms}, // not theirs
		{scenario.Cut, 200 * ms, 0, 1, 210 * ms},
		{scenario.Stall, 150 * ms, 0, 1, 210 * ms},
		{scenario.Delay, 150 * ms, 0, 1, 200 * ms},
		{scenario.Slow, 150 * ms, 0, 1, 170 * ms}, // 100 bytes at 10 kB a second
		{scenario.Partition, 50 * ms, 2, 1, 80 * ms},
		{scenario.Partition, 85 * ms, 0, 1, 95 * ms},
		{scenario.Partition, 95 * ms, 0, 1, 0}, // on its way when it began
		{scenario.Partition, 150 * ms, 1, 2, 180 * ms},
		{scenario.Partition, 200 * ms, 1, 0, 210 * ms},
	} {
		p := threePlan()
		p.Faults = []scenario.Fault{struck(c.kind)}
		r := NewRouter(p, 0, 1)
		r.Take(c.sent, c.from, segment(t, p, c.from, c.to, layers.TCP{}, string(make([]byte, 60))))
		var at time.Duration
		for _, a := range drain(t, r, time.Hour) {
			if a.to == c.to && !a.tcp.RST {
				at = a.at
			}
		}
		require.Equal(t, c.at, at, "%s, sent at %v from %d to %d", c.kind, c.sent, c.from, c.to)
	}
}

func TestRouter_APartitionRefusesDials(t *testing.T) {
	p := threePlan()
	p.Faults = []scenario.Fault{struck(scenario.Partition)}
	r := NewRouter(p, 0, 1)
	r.Take(120*ms, 1, segment(t, p, 1, 0, layers.TCP{SYN: true, Seq: 77}, ""))
	got := drain(t, r, time.Hour)
	require.Len(t, got, 1)
	require.Equal(t, []any{140 * ms, 1}, []any{got[0].at, got[0].to}, "after one round trip")
	require.True(t, got[0].tcp.RST && got[0].tcp.ACK)
	require.EqualValues(t, 78, got[0].tcp.Ack)
	require.EqualValues(t, 4000, got[0].tcp.SrcPort)
}

func TestRouter_APartitionBreaksConnectionsAtBothEnds(t *testing.T) {
	p := threePlan()
	p.Faults = []scenario.Fault{struck(scenario.Partition)}
	r := NewRouter(p, 0, 1)
	r.Take(0, 0, segment(t, p, 0, 1, layers.TCP{ACK: true, Seq: 1000, Ack: 5000}, "12345"))
	r.Take(1*ms, 1, segment(t, p, 1, 2, layers.TCP{ACK: true, Seq: 1, Ack: 2}, "same side"))
	require.Len(t, drain(t, r, 99*ms), 2)
	got := drain(t, r, time.Hour)
	require.Len(t, got, 2)
	require.Equal(t, []any{100 * ms, 0, true, uint32(5000)}, []any{got[0].at, got[0].to, got[0].tcp.RST, got[0].tcp.Seq})
	require.Equal(t, []any{100 * ms, 1, true, uint32(1005)}, []any{got[1].at, got[1].to, got[1].tcp.RST, got[1].tcp.Seq})

	// What comes late for one of them is answered with what its sender expects, and an answer is not answered.
	r.Take(150*ms, 0, segment(t, p, 0, 1, layers.TCP{ACK: true, Seq: 1005, Ack: 5000}, "6"))
	r.Take(150*ms, 0, segment(t, p, 0, 1, layers.TCP{RST: true, Seq: 1005}, ""))
	got = drain(t, r, time.Hour)
	require.Len(t, got, 1)
	require.Equal(t, []any{150 * ms, 0, true, uint32(5000)}, []any{got[0].at, got[0].to, got[0].tcp.RST, got[0].tcp.Seq})
}

func TestRouter_ChecksumsAreRight(t *testing.T) {
	p := threePlan()
	answer, dial := resetFor(segment(t, p, 0, 1, layers.TCP{SYN: true, Seq: 1<<32 - 1}, ""))
	require.True(t, dial)
	again := segment(t, p, 1, 0, layers.TCP{SrcPort: 4000, DstPort: 1000, RST: true, ACK: true}, "")
	require.Equal(t, again, answer, "as a library writes it")
}

func TestRouter_StrangePacketsGoNowhere(t *testing.T) {
	p := threePlan()
	r := NewRouter(p, 0, 1)
	for _, packet := range [][]byte{nil, {0x60}, make([]byte, 40), segment(t, p, 0, 0, layers.TCP{}, "to itself")} {
		r.Take(0, 0, packet)
	}
	require.Empty(t, drain(t, r, time.Hour))
	require.EqualValues(t, 4, r.Stats().Strange)

	p.Faults = []scenario.Fault{struck(scenario.Partition)}
	r = NewRouter(p, 0, 1)
	for cut := 20; cut < 40; cut++ { // no whole segment: dropped, not answered
		r.Take(150*ms, 0, segment(t, p, 0, 1, layers.TCP{}, "")[:cut])
	}
	require.Empty(t, drain(t, r, time.Hour))
}

func TestFlows_NumbersWrapAround(t *testing.T) {
	f := flows{}
	a, b := end{1}, end{2}
	f.expects(a, b, 1<<32-3)
	f.expects(a, b, 4)
	f.expects(a, b, 1<<32-2) // again, late
	key, i := flowOf(a, b)
	require.EqualValues(t, 4, f[key][i])
}
