package network

import "strata/network"

// conn keeps the bytes that are not part of a complete frame yet.
type conn struct {
	layer  *layer
	id     network.ConnID
	stream network.Stream
	rest   []byte
	ended  bool
}

func (c *conn) Receive(piece []byte) {
	c.rest = append(c.rest, piece...) // what was delivered lies before it, and is not written to
	for len(c.rest) >= network.HeaderSize {
		size := network.PayloadSize(c.rest)
		if uint64(size) > uint64(c.layer.cfg.MaxFrame) {
			c.layer.end(c, network.Ours, network.ErrFrameTooBig)
			return
		}
		if len(c.rest) < network.HeaderSize+int(size) {
			break
		}
		end := network.HeaderSize + int(size)
		payload := c.rest[network.HeaderSize:end:end]
		c.rest = c.rest[end:]
		c.layer.handler.Received(c.id, payload)
		if c.ended { // a handler closed the connection meanwhile: stop
			return
		}
	}
}

func (c *conn) Ended(reason error) {
	if reason == nil && len(c.rest) > 0 {
		reason = network.ErrTruncated
	}
	c.layer.end(c, network.Theirs, reason)
}
