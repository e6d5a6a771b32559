package network

import "strata/network"

// conn is one connection. It is the network.Receiver of its stream.
type conn struct {
	layer  *layer
	id     network.ConnID
	stream network.Stream
	frames cutter
	ended  bool
}

// Receive takes the next piece of the stream: it cuts off one message after the other and hands
// each to the layer's handler. A frame that is too big ends the connection, closed by us, with the
// cutter's error as its reason (NET-4). The handler may close this connection, or stop the layer:
// then nothing more of the piece is delivered (NET-6).
func (c *conn) Receive(piece []byte) {
	//strata:begin network.1
	for !c.ended && len(piece) > 0 {
		payload, rest, whole, err := c.frames.next(piece, c.layer.cfg.MaxFrame)
		if err != nil {
			c.layer.end(c, network.Ours, err)
			return
		}
		if whole {
			c.layer.handler.Received(c.id, payload)
		}
		piece = rest
	}
	//strata:end
}

// Ended takes the end of the stream: the peer closed it (reason nil) or the link failed. Either
// way the connection ends, not closed by us (NET-7), with the same reason; except that a good end
// inside a frame is network.ErrTruncated, and nothing of that frame is delivered (NET-5).
func (c *conn) Ended(reason error) {
	//strata:begin network.2
	if reason == nil && c.frames.inside() {
		reason = network.ErrTruncated
	}
	c.layer.end(c, network.Theirs, reason)
	//strata:end
}
