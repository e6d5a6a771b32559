package pcap

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"strata/harness/trace"
	"strata/network"
)

// Write writes the run as pcapng.
func Write(w io.Writer, run trace.Run) error {
	out, err := newWriter(w, run)
	if err != nil {
		return fmt.Errorf("pcap: %w", err)
	}
	for _, e := range run.Events {
		out.event(e)
	}
	if out.err == nil {
		out.err = out.ng.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("pcap: %w", out.err)
	}
	return nil
}

// writer keeps what makes packets of events. The first error sticks.
type writer struct {
	ng    *pcapgo.NgWriter
	start time.Time
	ends  map[network.Addr]*endpoint
	talks map[connection]*talk
	err   error
}

// endpoint is a node on the wire.
type endpoint struct {
	iface int
	ip    netip.Addr
	port  uint16
	mac   net.HardwareAddr
	dials int
}

// connection names the n-th dial from one address to another.
type connection struct {
	from, to network.Addr
	number   uint32
}

func newWriter(w io.Writer, run trace.Run) (*writer, error) {
	out := &writer{start: run.Start, ends: make(map[network.Addr]*endpoint), talks: make(map[connection]*talk)}
	names := run.Nodes
	if len(names) == 0 {
		names = []network.Addr{"0.0.0.0:0"} // a capture has at least one interface
	}
	var err error
	out.ng, err = pcapgo.NewNgWriterInterface(w, iface(names[0]),
		pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{
			Application: "strata",
			Comment:     fmt.Sprintf("strata %s, seed %d: %s", run.Scenario, run.Seed, run.Title),
		}})
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if i > 0 {
			if _, err := out.ng.AddInterface(iface(name)); err != nil {
				return nil, err
			}
		}
		out.end(name).iface = i
	}
	return out, nil
}

func iface(node network.Addr) pcapgo.NgInterface {
	return pcapgo.NgInterface{Name: string(node), LinkType: layers.LinkTypeEthernet, TimestampResolution: 9}
}

// end is the node's place on the wire; one that is not in the run has none of its own interface.
func (w *writer) end(name network.Addr) *endpoint {
	if e := w.ends[name]; e != nil {
		return e
	}
	n := len(w.ends) + 1
	e := &endpoint{iface: -1, ip: netip.AddrFrom4([4]byte{10, 254, byte(n / 250), byte(n%250 + 1)}), port: 4000}
	e.mac = net.HardwareAddr{2, 0, 0, 0, byte(n >> 8), byte(n)}
	if at, err := netip.ParseAddrPort(string(name)); err == nil {
		e.port = at.Port()
		if at.Addr().Is4() {
			e.ip = at.Addr()
		}
	}
	w.ends[name] = e
	return e
}

// The ports that dials come from.
const (
	firstPort = 49152
	lastPort  = 65535
)

func (w *writer) talk(e trace.Event) *talk {
	c := connection{from: e.Node, to: e.Peer, number: e.Conn}
	if e.Incoming {
		c.from, c.to = e.Peer, e.Node
	}
	t := w.talks[c]
	if t == nil {
		from, to := w.end(c.from), w.end(c.to)
		t = &talk{ends: [2]*endpoint{from, to}}
		t.ports = [2]uint16{uint16(firstPort + from.dials%(lastPort-firstPort+1)), to.port}
		if t.ports[0] == from.port {
			from.dials++
			t.ports[0]++
		}
		from.dials++
		t.sides[0].next, t.sides[1].next = 1000, 2000
		w.talks[c] = t
	}
	return t
}

// packet writes one packet that the side sends.
func (w *writer) packet(at time.Duration, t *talk, from int, tcp layers.TCP, payload []byte) {
	if w.err != nil {
		return
	}
	src, dst := t.ends[from], t.ends[1-from]
	ip := layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, Flags: layers.IPv4DontFragment,
		SrcIP: src.ip.AsSlice(), DstIP: dst.ip.AsSlice()}
	tcp.SrcPort, tcp.DstPort = layers.TCPPort(t.ports[from]), layers.TCPPort(t.ports[1-from])
	tcp.Seq, tcp.Window = t.sides[from].next, 65535
	if tcp.ACK {
		tcp.Ack = t.sides[from].seen
	}
	if w.err = tcp.SetNetworkLayerForChecksum(&ip); w.err != nil {
		return
	}
	buf := gopacket.NewSerializeBuffer()
	w.err = gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&layers.Ethernet{SrcMAC: src.mac, DstMAC: dst.mac, EthernetType: layers.EthernetTypeIPv4}, &ip, &tcp,
		gopacket.Payload(payload))
	if w.err != nil {
		return
	}
	data := buf.Bytes()
	w.err = w.ng.WritePacket(gopacket.CaptureInfo{
		Timestamp: w.start.Add(at), CaptureLength: len(data), Length: len(data), InterfaceIndex: max(src.iface, 0),
	}, data)
}
