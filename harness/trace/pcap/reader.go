package pcap

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/google/gopacket/reassembly"

	"strata/harness/sim"
)

// Capture is what was read.
type Capture struct {
	Start  time.Time        // of the first packet; the events' times count from it
	Events []sim.TraceEvent // ascending in time
	Lost   int              // bytes of streams that the capture does not have
	Other  int              // TCP connections left out, for their bytes are not frames
}

// ErrFormat reports a file that is neither pcap nor pcapng.
var ErrFormat = errors.New("not a capture")

// Read reads a capture, pcap or pcapng, of Ethernet, Linux cooked, loopback or raw IP packets. The
// streams are put together in the order of their sequence numbers. What a node received, and when,
// is told by what it acknowledged. A capture that breaks off is read as far as it goes. The error wraps ErrFormat.
func Read(r io.Reader) (Capture, error) {
	buffered := bufio.NewReader(&guard{from: bufio.NewReader(r)})
	source, err := open(buffered)
	if err != nil {
		return Capture{}, fmt.Errorf("pcap: %w: %w", ErrFormat, err)
	}
	pool := &streams{}
	assembler := reassembly.NewAssembler(reassembly.NewStreamPool(pool))
	assembler.MaxBufferedPagesPerConnection = maxBuffered
	for {
		data, ci, link, err := source.next()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break // the latter where the capturing program was ended
		}
		if err != nil {
			return Capture{}, fmt.Errorf("pcap: %w: %w", ErrFormat, err)
		}
		if pool.start.IsZero() {
			pool.start = ci.Timestamp
		}
		data, decoder := strip(data, link)
		packet := gopacket.NewPacket(data, decoder, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
		tcp, ok := packet.Layer(layers.LayerTypeTCP).(*layers.TCP)
		if ok && len(tcp.Contents) >= minTCP && packet.NetworkLayer() != nil { // else it was cut short
			assembler.AssembleWithContext(packet.NetworkLayer().NetworkFlow(), tcp, &seen{ci})
		}
	}
	assembler.FlushAll()
	return pool.capture(), nil
}

// minTCP is the size of the shortest TCP header.
const minTCP = 20

// maxBuffered bounds what one connection keeps while a segment is missing, in pages of 1,900 bytes.
const maxBuffered = 10_000

// seen is a packet's context: when it was captured.
type seen struct{ ci gopacket.CaptureInfo }

// GetCaptureInfo is reassembly.AssemblerContext's.
func (s *seen) GetCaptureInfo() gopacket.CaptureInfo { return s.ci }

// packets is either kind of file.
type packets struct {
	ng  *pcapgo.NgReader
	old *pcapgo.Reader
}

// ngMagic begins a pcapng file.
const ngMagic = 0x0a0d0d0a

func open(r *bufio.Reader) (packets, error) {
	magic, err := r.Peek(4)
	if err != nil {
		return packets{}, err
	}
	if binary.BigEndian.Uint32(magic) == ngMagic {
		ng, err := pcapgo.NewNgReader(r, pcapgo.NgReaderOptions{WantMixedLinkType: true})
		return packets{ng: ng}, err
	}
	old, err := pcapgo.NewReader(r)
	return packets{old: old}, err
}

func (p packets) next() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
	if p.old != nil {
		data, ci, err := p.old.ReadPacketData()
		return data, ci, p.old.LinkType(), err
	}
	data, ci, err := p.ng.ReadPacketData()
	if err != nil {
		return nil, ci, 0, err
	}
	link, ok := ci.AncillaryData[0].(layers.LinkType)
	if !ok {
		return nil, ci, 0, errors.New("a packet of no interface")
	}
	return data, ci, link, nil
}

// linkSLL2 is Linux cooked capture, version 2, as `tcpdump -i any` writes it: link type 276, of
// which gopacket keeps eight bits. Nothing else uses what is left.
const linkSLL2 = layers.LinkType(276 & 0xff)

// sll2Size is the size of its header; the protocol stands first.
const sll2Size = 20

// strip returns what decodes the packet. It is empty if there is no whole header.
func strip(data []byte, link layers.LinkType) ([]byte, gopacket.Decoder) {
	if link != linkSLL2 {
		return data, link
	}
	if len(data) < sll2Size {
		return nil, gopacket.DecodePayload
	}
	return data[sll2Size:], layers.EthernetType(binary.BigEndian.Uint16(data))
}
