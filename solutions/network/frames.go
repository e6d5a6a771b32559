package network

import (
	"fmt"

	"strata/network"
)

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
	//strata:begin network.1
	if len(c.partial) == 0 {
		if end, err := frameEnd(piece, maxFrame); err == nil && end <= len(piece) {
			return piece[network.HeaderSize:end:end], piece[end:], true, nil
		}
	}
	end, err := frameEnd(c.partial, maxFrame)
	for err == nil && len(c.partial) < end && len(piece) > 0 {
		n := min(end-len(c.partial), len(piece))
		c.take(piece[:n], end)
		piece = piece[n:]
		end, err = frameEnd(c.partial, maxFrame) // moves once, when the header is complete
	}
	if err != nil || len(c.partial) < end {
		return nil, nil, false, err
	}
	payload = c.partial[network.HeaderSize:]
	c.partial = nil
	return payload, piece, true, nil
	//strata:end
}

//strata:begin network.1

// frameEnd returns where the frame ends that begins at b: at the end of its header, as long as
// that is not complete.
func frameEnd(b []byte, maxFrame int) (int, error) {
	if len(b) < network.HeaderSize {
		return network.HeaderSize, nil
	}
	size := network.PayloadSize(b)
	if uint64(size) > uint64(maxFrame) {
		return 0, fmt.Errorf("network: %w: a header announces %d bytes", network.ErrFrameTooBig, size)
	}
	return network.HeaderSize + int(size), nil
}

//strata:end

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
