package pcap_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/stretchr/testify/require"

	"strata/harness/course/suites"
	"strata/harness/lab"
	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/pcap"
	"strata/network"
	"strata/solutions"
)

// recorded runs a scenario on the reference layers.
func recorded(t *testing.T, scenario string, seed uint64) (trace.Run, []sim.TraceEvent) {
	t.Helper()
	for _, s := range suites.Everything(solutions.Electives()) {
		if s.Name != scenario {
			continue
		}
		var events []sim.TraceEvent
		rec := &trace.Recorder{}
		result := lab.Run(s, lab.Options{Seed: seed, Trace: func(e sim.TraceEvent) {
			events = append(events, e)
			rec.Event(e)
		}})
		require.False(t, result.Failed(), result.String())
		return rec.Finish(trace.Header{Source: "simulation", Scenario: scenario, Seed: seed, Title: s.Title,
			Start: sim.Epoch()}), events
	}
	t.Fatalf("no scenario %s", scenario)
	return trace.Run{}, nil
}

func written(t *testing.T, run trace.Run) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, pcap.Write(&file, run))
	return file.Bytes()
}

// bytesOf puts together what each connection's ends wrote, or received.
func bytesOf(events []sim.TraceEvent, kind sim.TraceKind) map[string]string {
	all := make(map[string]string)
	for _, e := range events {
		if e.Kind == kind {
			all[fmt.Sprintf("%s %s %d %v", e.Node, e.Peer, e.Conn, e.Incoming)] += string(e.Data)
		}
	}
	return all
}

// What is written is read back: the same bytes of the same connections. The first run has crashes,
// the second whole messages only.
func TestWriteRead(t *testing.T) {
	for _, scenario := range []string{"stack/crashes", "gossip/layout"} {
		run, events := recorded(t, scenario, 3)
		back, err := pcap.Read(bytes.NewReader(written(t, run)))
		require.NoError(t, err)
		require.Zero(t, back.Lost)
		require.Zero(t, back.Other)
		require.Equal(t, sim.Epoch(), back.Start.UTC())
		if scenario == "gossip/layout" {
			require.Equal(t, bytesOf(events, sim.TraceReceive), bytesOf(back.Events, sim.TraceReceive))
		}
		for _, part := range bytesOf(back.Events, sim.TraceReceive) {
			require.NotEmpty(t, part)
		}
		total := func(parts map[string]string) (sum int) {
			for _, p := range parts {
				sum += len(p)
			}
			return sum
		}
		for _, kind := range []sim.TraceKind{sim.TraceWrite, sim.TraceReceive} {
			require.Equal(t, total(bytesOf(events, kind)), total(bytesOf(back.Events, kind)), "%s %v", scenario, kind)
		}
	}
}

// The same run gives the same file, and its comment names the seed.
func TestWrite_IsReproducible(t *testing.T) {
	run, _ := recorded(t, "gossip/layout", 4)
	again, _ := recorded(t, "gossip/layout", 4)
	file := written(t, run)
	require.Equal(t, file, written(t, again))
	require.Contains(t, string(file), "strata gossip/layout, seed 4: ")
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	require.NoError(t, err)
	_, _, err = r.ReadPacketData()
	require.NoError(t, err)
	require.Equal(t, len(run.Nodes), r.NInterfaces(), "one interface per node")
	first, err := r.Interface(0)
	require.NoError(t, err)
	require.Equal(t, string(run.Nodes[0]), first.Name)
	require.EqualValues(t, 9, first.TimestampResolution, "nanoseconds")
}

// Two real nodes, captured by tcpdump on the loopback interface and on all interfaces (Linux cooked, version 2).
func TestRead_RealNodes(t *testing.T) {
	for _, name := range []string{"lo.pcap", "any.pcap"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		real(t, file)
	}
}

func real(t *testing.T, file []byte) {
	t.Helper()
	c, err := pcap.Read(bytes.NewReader(file))
	require.NoError(t, err)
	require.Zero(t, c.Lost)
	require.Equal(t, []sim.TraceKind{sim.TraceDial, sim.TraceAccept, sim.TraceConnect, sim.TraceWrite,
		sim.TraceReceive, sim.TraceWrite, sim.TraceReceive}, kinds(c.Events[:7]))
	require.Equal(t, network.Addr("127.0.0.1:7102"), c.Events[0].Node, "the dialler is called by its hello's address")
	require.Equal(t, network.Addr("127.0.0.1:7101"), c.Events[0].Peer)
	rec := trace.Recorder{}
	for _, e := range c.Events {
		rec.Event(e)
	}
	run := rec.Finish(trace.Header{Source: "capture", Start: c.Start})
	blocks := 0
	for _, e := range run.Events {
		for _, m := range e.Messages {
			if m.Block != nil && e.Kind == sim.TraceReceive {
				blocks++
			}
		}
	}
	require.Greater(t, blocks, 5)
}

func kinds(events []sim.TraceEvent) []sim.TraceKind {
	var all []sim.TraceKind
	for _, e := range events {
		all = append(all, e.Kind)
	}
	return all
}

// The same capture behind other link layers.
func TestRead_LinkLayers(t *testing.T) {
	original, err := os.ReadFile(filepath.Join("testdata", "lo.pcap"))
	require.NoError(t, err)
	for link, header := range map[layers.LinkType][]byte{
		layers.LinkTypeNull:     {2, 0, 0, 0},
		layers.LinkTypeLoop:     {0, 0, 0, 2},
		layers.LinkTypeRaw:      {},
		layers.LinkTypeLinuxSLL: {0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0},
	} {
		from, err := pcapgo.NewReader(bytes.NewReader(original))
		require.NoError(t, err)
		var file bytes.Buffer
		to := pcapgo.NewWriter(&file)
		require.NoError(t, to.WriteFileHeader(1<<18, link))
		for {
			data, ci, err := from.ReadPacketData()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			data = append(bytes.Clone(header), data[14:]...)
			ci.CaptureLength, ci.Length = len(data), len(data)
			require.NoError(t, to.WritePacket(ci, data))
		}
		real(t, file.Bytes())
	}
}

func TestRead_Refuses(t *testing.T) {
	for _, file := range [][]byte{nil, []byte("not a capture at all"), {0x0a, 0x0d, 0x0d, 0x0a, 0}} {
		_, err := pcap.Read(bytes.NewReader(file))
		require.ErrorIs(t, err, pcap.ErrFormat, "%q", file)
	}
	run, _ := recorded(t, "gossip/layout", 4)
	whole := written(t, run)
	c, err := pcap.Read(bytes.NewReader(whole[:len(whole)-5]))
	require.NoError(t, err, "one that breaks off is read as far as it goes")
	require.NotEmpty(t, c.Events)
}

// Traffic that is not ours is counted and left out.
func TestRead_LeavesOthersOut(t *testing.T) {
	var file bytes.Buffer
	to := pcapgo.NewWriterNanos(&file)
	require.NoError(t, to.WriteFileHeader(1<<16, layers.LinkTypeRaw))
	ip := layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: []byte{127, 0, 0, 1},
		DstIP: []byte{127, 0, 0, 1}}
	tcp := layers.TCP{SrcPort: 50000, DstPort: 80, Seq: 7, ACK: true, PSH: true}
	require.NoError(t, tcp.SetNetworkLayerForChecksum(&ip))
	buf := gopacket.NewSerializeBuffer()
	require.NoError(t, gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true,
		ComputeChecksums: true}, &ip, &tcp, gopacket.Payload("GET / HTTP/1.1\r\n\r\n")))
	require.NoError(t, to.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0),
		CaptureLength: len(buf.Bytes()), Length: len(buf.Bytes())}, buf.Bytes()))
	c, err := pcap.Read(&file)
	require.NoError(t, err)
	require.Empty(t, c.Events)
	require.Equal(t, 1, c.Other)
}
