// This file is yours to edit. docs/1-network.md is the chapter; `make reset LAYER=network` gives a fresh copy.

package network

import "strata/network"

// cutter cuts the bytes of one stream into messages. Pieces come as they like: a byte at a time,
// half a header, many frames at once (NET-2).
type cutter struct {
	header [network.HeaderSize]byte
	have   uint8  // bytes of the header that have come
	body   []byte // what has come of the payload, unless one piece holds it whole
}

// next goes on with the stream where the last call left off. If the piece, which is not empty, completes a
// frame, next returns its payload (which may be empty, NET-3), the rest of the piece, and true. If not, it
// returns no rest and false.
//
// The receiver keeps payloads, and so does whoever sent them (NET-12): no byte of one may be written to
// again. A payload that lies in one piece is not copied, others belong to this one frame.
//
// Error: network.ErrFrameTooBig, wrapped, as soon as a header announces more than maxFrame bytes. The
// length is the peer's claim, and costs no memory (NET-4).
func (c *cutter) next(piece []byte, maxFrame int) (payload, rest []byte, whole bool, err error) {
	panic(network.NotWritten("network.1")) // 22 lines in our solution
}

// take appends bytes to the body of a frame of size bytes. Memory grows with what has come, not
// with what was announced: four bytes from a stranger do not buy a megabyte.
func (c *cutter) take(b []byte, size int) {
	if need := len(c.body) + len(b); need > cap(c.body) {
		bigger := make([]byte, len(c.body), min(size, max(4*need, 512)))
		copy(bigger, c.body)
		c.body = bigger
	}
	c.body = append(c.body, b...)
}

// inside says whether the stream stands inside a frame: part of one has come, its end has not.
func (c *cutter) inside() bool { return c.have > 0 }
