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

// Receive takes the next piece of the stream. The layer's handler gets every message that the piece
// completes, in order. A frame that is too big ends the connection, closed by us, with
// the cutter's error as its reason (NET-4). Nothing is delivered once the connection has ended (NET-6).
//
// The handler may call any method of the layer, also to close this connection, or to stop.
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

// Ended takes the end of the stream: the peer closed it (reason nil) or the link failed. Either way the
// connection ends by their doing (NET-7) and with that reason. But the end of a stream inside a frame is
// network.ErrTruncated, and nothing of that frame is delivered (NET-5).
func (c *conn) Ended(reason error) {
	//strata:begin network.2
	if reason == nil && c.frames.inside() {
		reason = network.ErrTruncated
	}
	c.layer.end(c, network.Theirs, reason)
	//strata:end
}
