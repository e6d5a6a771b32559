package real

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	"strata/scenario"
)

// end is one end of a connection: an address of IPv4 with its port.
type end [6]byte

// flow is a connection of TCP, its ends in ascending order.
type flow [2]end

// flows are the connections that the router has seen, so that a partition can break them at both ends at once. next is what
// each end expects: the sequence number of the byte that follows the last one that it acknowledged, or was sent.
type flows map[flow]*[2]uint32

// segmentOf is the TCP segment in an IPv4 packet, with both its ends; nil: there is none.
func segmentOf(packet []byte) (segment []byte, from, to end) {
	size := int(packet[0]&15) * 4
	if packet[protocol] != tcp || size < ipHeader || len(packet) < size+tcpHeader {
		return nil, from, to
	}
	segment = packet[size:]
	copy(from[:], packet[source:source+4])
	copy(to[:], packet[target:target+4])
	copy(from[4:], segment[0:2])
	copy(to[4:], segment[2:4])
	return segment, from, to
}

// follows is the sequence number after all that a segment has: its bytes, and what opens or ends a connection.
func follows(segment []byte) uint32 {
	next := binary.BigEndian.Uint32(segment[4:8]) + uint32(max(0, len(segment)-int(segment[12]>>4)*4))
	if segment[13]&flagSYN != 0 {
		next++
	}
	if segment[13]&flagFIN != 0 {
		next++
	}
	return next
}

// sent notes what the sender of a packet has acknowledged, and delivered what its receiver gets.
func (f flows) sent(packet []byte) {
	segment, from, to := segmentOf(packet)
	if segment != nil && segment[13]&flagACK != 0 {
		f.expects(from, to, binary.BigEndian.Uint32(segment[8:12]))
	}
}

func (f flows) delivered(packet []byte) {
	segment, from, to := segmentOf(packet)
	switch {
	case segment == nil:
	case segment[13]&flagRST != 0:
		key, _ := flowOf(from, to)
		delete(f, key)
	default:
		f.expects(to, from, follows(segment))
	}
}

// expects notes what one end of a connection expects next. Numbers wrap around.
func (f flows) expects(at, peer end, next uint32) {
	key, i := flowOf(at, peer)
	known := f[key]
	if known == nil {
		known = new([2]uint32)
		known[i] = next
		f[key] = known
	}
	if known[i] == 0 || int32(next-known[i]) > 0 {
		known[i] = next
	}
}

// flowOf is the connection of two ends, and which of its two the first one is.
func flowOf(a, b end) (flow, int) {
	if bytes.Compare(a[:], b[:]) < 0 {
		return flow{a, b}, 0
	}
	return flow{b, a}, 1
}

// sever breaks all connections across a partition that begins, at both ends.
func (r *Router) sever(f *scenario.Fault) {
	order := func(a, b flow) int {
		if c := bytes.Compare(a[0][:], b[0][:]); c != 0 {
			return c
		}
		return bytes.Compare(a[1][:], b[1][:])
	}
	for _, key := range slices.SortedFunc(maps.Keys(r.flows), order) {
		a, b := r.nodes[ip(key[0][:4])], r.nodes[ip(key[1][:4])]
		if !between(f, r.plan.Addrs[a], r.plan.Addrs[b]) {
			continue
		}
		next := r.flows[key]
		r.add(parcel{at: f.At, from: b, to: a, through: true, packet: breaking(key[1], key[0], next[0])})
		r.add(parcel{at: f.At, from: a, to: b, through: true, packet: breaking(key[0], key[1], next[1])})
		delete(r.flows, key)
	}
}

// breaking is the packet that breaks a connection at its end to, which expects that number next.
func breaking(from, to end, next uint32) []byte {
	segment := make([]byte, tcpHeader)
	copy(segment[0:2], from[4:])
	copy(segment[2:4], to[4:])
	binary.BigEndian.PutUint32(segment[4:8], next)
	segment[12], segment[13] = tcpHeader/4<<4, flagRST
	return packetOf(ip(from[:4]), ip(to[:4]), segment)
}
