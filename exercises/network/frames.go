// This file is yours to edit. docs/1-network.md is the chapter; `make reset LAYER=network` gives a fresh copy.

package network

import "strata/network"

// cutter cuts the bytes of one stream into messages. Pieces come as they like: a byte at a time,
// half a header, many frames at once (NET-2).
type cutter struct {
	partial []byte // what has come of a frame that no piece held whole, its header included
}

// next looks for the end of a frame in the piece, which is not empty. If it is there, it returns
// the frame's payload (which may be empty, NET-3), the rest of the piece and true. Otherwise it
// keeps what it needs of the piece and returns false and no rest.
//
// A frame that lies in the piece as a whole is not copied: its payload is a part of the piece.
// Any other is put together in memory that belongs to this one frame, since the receiver may keep
// the payload (NET-12).
//
// Error: network.ErrFrameTooBig, wrapped, as soon as a header announces more than maxFrame bytes.
// The length is the peer's claim: it is compared before anything is allocated for it (NET-4).
func (c *cutter) next(piece []byte, maxFrame int) (payload, rest []byte, whole bool, err error) {
	panic(network.NotWritten("network.1")) // 18 lines in our solution
}

// take appends bytes of a frame that ends at end. Memory grows with what has come, not with what
// was announced: four bytes from a stranger do not buy a megabyte.
func (c *cutter) take(b []byte, end int) {
	if need := len(c.partial) + len(b); need > cap(c.partial) {
		bigger := make([]byte, len(c.partial), min(end, max(4*need, 512)))
		copy(bigger, c.partial)
		c.partial = bigger
	}
	c.partial = append(c.partial, b...)
}

// inside says whether the stream stands inside a frame: part of one has come, its end has not.
func (c *cutter) inside() bool { return len(c.partial) > 0 }
