package network

import "errors"

// One error for each reaction that a caller can have.
var (
	// ErrClosed reports a connection that is not open, or a layer that has stopped. Forget the
	// connection; its disconnect event has come or comes.
	ErrClosed = errors.New("connection closed")

	// ErrFrameTooBig reports a message over MaxFrame. As a sender, send less; as a receiver, the
	// peer broke NET-4 and the connection is gone.
	ErrFrameTooBig = errors.New("frame too big")

	// ErrSlowPeer reports a peer that does not take what it is sent; its connection is gone.
	ErrSlowPeer = errors.New("peer too slow")

	// ErrTruncated reports a stream that ended inside a frame; nothing of that frame was
	// delivered (NET-5).
	ErrTruncated = errors.New("stream ended inside a frame")

	// ErrAddrInUse reports a listening address that another listener has. Choose another.
	ErrAddrInUse = errors.New("address in use")

	// ErrRefused reports that nobody listens at the dialled address. Try again later.
	ErrRefused = errors.New("connection refused")

	// ErrReset reports a link that failed. Dial again if the peer is still of interest.
	ErrReset = errors.New("connection reset")

	// ErrBadAddr reports an address that is not `host:port`.
	ErrBadAddr = errors.New("bad address")
)

// NotWritten is the panic value of a skeleton's step, such as "gossip.2", until the student
// has written it.
type NotWritten string

// Error says which step is missing.
func (s NotWritten) Error() string { return "step " + string(s) + " is not written yet" }
