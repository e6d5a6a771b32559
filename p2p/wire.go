package p2p

import (
	"bytes"
	"fmt"
	"net/netip"

	"strata/messaging"
	"strata/network"
)

// MaxList is the most bytes of a peer list that JoinPeers writes: a list that is too long for a
// frame could not be answered with at all.
const MaxList = 256 << 10

// maxAddr is the length of the longest address: a host of 253 bytes in brackets, and a port.
const maxAddr = 253 + len("[]:65535")

// The first byte of a hello's answer.
const (
	rejected byte = 0x00
	accepted byte = 0x01
)

// Answer is what a hello is answered with (P2P-2).
type Answer struct {
	Accepted bool
	Peers    []network.Addr // the answerer's peers without the asker
}

// Encode returns the answer's bytes. Peers beyond MaxList bytes are left out.
func (a Answer) Encode() []byte {
	verdict := rejected
	if a.Accepted {
		verdict = accepted
	}
	return appendPeers([]byte{verdict}, a.Peers)
}

// DecodeAnswer reads the answer to a hello and looks at no more than max of its addresses
// (P2P-13). The error wraps messaging.ErrMalformed.
func DecodeAnswer(payload []byte, max int) (Answer, error) {
	if len(payload) == 0 || payload[0] != rejected && payload[0] != accepted {
		return Answer{}, fmt.Errorf("p2p: answer to a hello: %w: want 0x00 or 0x01 first", messaging.ErrMalformed)
	}
	return Answer{Accepted: payload[0] == accepted, Peers: SplitPeers(payload[1:], max)}, nil
}

// JoinPeers returns the peer list of the addresses: joined by commas, the empty list as no bytes.
// Addresses beyond MaxList bytes are left out.
func JoinPeers(peers []network.Addr) []byte {
	return appendPeers(make([]byte, 0, 24*len(peers)), peers)
}

func appendPeers(b []byte, peers []network.Addr) []byte {
	start := len(b)
	for i, a := range peers {
		if len(b)-start+1+len(a) > MaxList {
			break
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, a...)
	}
	return b
}

// SplitPeers returns the addresses of a peer list, in its order. It looks at the first max of
// them and skips malformed ones, which count as looked at (P2P-13). An address may occur twice.
func SplitPeers(list []byte, max int) []network.Addr {
	var peers []network.Addr
	for n := 0; n < max && len(list) > 0; n++ {
		text, rest, _ := bytes.Cut(list, []byte{','})
		if isPeer(text) {
			peers = append(peers, network.Addr(text))
		}
		list = rest
	}
	return peers
}

// isPeer says whether ParseAddr takes the text. A list may be of nothing but malformed entries: it makes neither a copy nor an
// error of one.
func isPeer(text []byte) bool {
	return len(text) <= maxAddr && network.Addr(text).Valid() && !(mayBeAll(text[0]) && isAll(network.Addr(text)))
}

// ParseAddr reads one address: the payload of a hello, or an entry of a peer list. One that stands for every
// address of a machine, as 0.0.0.0, is none that others can dial. The error wraps network.ErrBadAddr.
func ParseAddr(text []byte) (network.Addr, error) {
	if len(text) > maxAddr { // before it is copied: the length is a stranger's word
		return "", fmt.Errorf("%w: %d bytes, want at most %d", network.ErrBadAddr, len(text), maxAddr)
	}
	a := network.Addr(text)
	if err := a.Validate(); err != nil {
		return a, err
	}
	if mayBeAll(a[0]) && isAll(a) {
		return a, fmt.Errorf("%w %q: it is every address of a machine, and nobody's in particular",
			network.ErrBadAddr, string(a))
	}
	return a, nil
}

// mayBeAll says whether an address that isAll may begin so: as 0.0.0.0 and [::] do.
func mayBeAll(first byte) bool { return first == '0' || first == '[' }

// isAll says whether the address stands for every address of a machine.
func isAll(a network.Addr) bool {
	at, err := netip.ParseAddrPort(string(a))
	return err == nil && at.Addr().IsUnspecified()
}
