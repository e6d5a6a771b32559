package real

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"strata/network"
	"strata/scenario"
)

// ip is an address of IPv4.
type ip [4]byte

// ipOf is the address of a node without its port. Plans name addresses of IPv4 alone.
func ipOf(a network.Addr) ip { return netip.MustParseAddrPort(string(a)).Addr().As4() }

// Where things are in an IPv4 packet and in the TCP segment in it (RFC 791, RFC 9293).
const (
	ipHeader  = 20 // without options
	tcpHeader = 20
	protocol  = 9
	source    = 12
	target    = 16
	tcp       = 6

	flagFIN = 1
	flagSYN = 2
	flagRST = 4
	flagACK = 16
)

// receiver is the node that a packet goes to. false: it is no IPv4, or for nobody here.
func (r *Router) receiver(packet []byte) (node int, ok bool) {
	if len(packet) < ipHeader || packet[0]>>4 != 4 {
		return 0, false
	}
	node, ok = r.nodes[ip(packet[target:target+4])]
	return node, ok
}

// resetFor is what a host answers to a segment of TCP that belongs to nothing (RFC 9293, 3.10.7.1), and whether that was a
// dial. nil: it answers nothing.
func resetFor(packet []byte) (answer []byte, dial bool) {
	segment, _, _ := segmentOf(packet)
	if segment == nil || segment[13]&flagRST != 0 {
		return nil, false
	}
	flags := segment[13]
	reply := make([]byte, tcpHeader)
	copy(reply[0:2], segment[2:4])
	copy(reply[2:4], segment[0:2])
	reply[12] = tcpHeader / 4 << 4
	reply[13] = flagRST
	if flags&flagACK != 0 {
		copy(reply[4:8], segment[8:12]) // what the sender expects next
	} else {
		binary.BigEndian.PutUint32(reply[8:12], follows(segment))
		reply[13] |= flagACK
	}
	return packetOf(ip(packet[target:target+4]), ip(packet[source:source+4]), reply), flags&(flagSYN|flagACK) == flagSYN
}

// packetOf is the IPv4 packet with a TCP segment, with both checksums.
func packetOf(from, to ip, segment []byte) []byte {
	p := make([]byte, ipHeader, ipHeader+len(segment))
	p[0], p[8], p[protocol] = 0x45, 64, tcp
	binary.BigEndian.PutUint16(p[2:4], uint16(ipHeader+len(segment)))
	copy(p[source:], from[:])
	copy(p[target:], to[:])
	binary.BigEndian.PutUint16(p[10:12], checksum(p))
	pseudo := slices.Concat(from[:], to[:], []byte{0, tcp, byte(len(segment) >> 8), byte(len(segment))}, segment)
	binary.BigEndian.PutUint16(segment[16:18], checksum(pseudo))
	return append(p, segment...)
}

// checksum is the Internet's (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum>>16 > 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

// between says whether a fault lies on the way from one node to another. A partition lies on both ways.
func between(f *scenario.Fault, from, to network.Addr) bool {
	a, b := slices.Contains(f.A, from), slices.Contains(f.A, to)
	return a && !b || f.Kind == scenario.Partition && b && !a
}
