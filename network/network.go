package network

// Addr is where a node can be reached, as `host:port`. The layers above know a peer by it.
type Addr string

// ConnID names one connection of one Network. It is never zero and never used again.
type ConnID uint64

// Network is layer 1: it carries whole messages, in order, over connections.
//
// All methods are called on the node's loop. Payloads that are passed in belong to the layer
// afterwards, payloads that are passed up belong to the receiver; nobody modifies them (NET-12).
type Network interface {
	// Start begins to listen at Config.Listen, if that is set, and tells everything that
	// happens to h from now on. Errors: those of Host.Listen.
	Start(h Handler) error

	// Dial opens a connection and calls done once: with its id, right after its connect event,
	// or with the error, and then there is no such event (NET-10). A dial that is under way when
	// the layer stops ends with ErrClosed.
	Dial(to Addr, done func(ConnID, error))

	// Send queues one message, whole and in order, and never blocks (NET-8).
	// Errors: ErrClosed if there is no such connection, or none now; ErrFrameTooBig if the payload
	// is over MaxFrame, nothing is sent and the connection lives; ErrSlowPeer if more than
	// MaxQueued bytes would wait, and the connection is closed as by Close (NET-9).
	Send(id ConnID, payload []byte) error

	// Close ends the connection; its disconnect event is raised before Close returns. Closing
	// what is not open does nothing.
	Close(id ConnID)

	// Stop closes the listener and every connection, each with its disconnect event, and ends
	// every dial. Afterwards no handler is called (NET-11). Stopping twice does nothing.
	Stop()
}

// Handler is told what happens on the connections: for each one Connected, then Received once a
// message, then one Disconnected, then nothing (NET-6). Calls come on the node's loop.
type Handler interface {
	// Connected says whose dial it was.
	Connected(id ConnID, dialled Side)

	// Received hands over one whole message, which may be empty. The payload may be kept.
	Received(id ConnID, payload []byte)

	// Disconnected says who ended the connection. reason is nil after Close and after the peer's
	// close in good order between two frames; otherwise it says why: ErrFrameTooBig, ErrSlowPeer,
	// ErrTruncated or the host's error.
	Disconnected(id ConnID, ended Side, reason error)
}

// Side is one end of a connection: whose doing an event is (NET-7).
type Side bool

const (
	Ours   Side = false // this node dialled, or closed
	Theirs Side = true  // the peer dialled, or closed, or the link failed
)

// String is "ours" or "theirs".
func (s Side) String() string {
	if s == Theirs {
		return "theirs"
	}
	return "ours"
}

// New makes the layer on a host. It has no effect on the world before Start. The config is
// complete (Config.Complete).
type New func(host Host, cfg Config) Network

// Stack names the implementation of this layer. The stacks of the layers above embed the one
// below, so that one value names an implementation of every layer.
type Stack struct {
	NewNetwork New
}
