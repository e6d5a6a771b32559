package messaging

import "strata/network"

// Kind names what a message is about, such as `p2p:hello`: 1 to 255 bytes of valid UTF-8 without
// NUL (MSG-2).
type Kind string

// Messaging is layer 2: messages with a kind, and requests that are answered.
//
// All methods are called on the node's loop. Payloads that are passed in belong to the layer
// afterwards, payloads that are passed up belong to the receiver; nobody modifies them.
type Messaging interface {
	// Start starts the network below and tells w of its connections from now on. w may be nil.
	// Register the handlers first. Errors: those of network.Network.Start.
	Start(w Watcher) error

	// Handle registers the handler of a kind. Errors: ErrBadKind; ErrDuplicateKind, and then
	// the first handler stays (MSG-3).
	Handle(kind Kind, h Handler) error

	// Send sends a regular message, which is not answered. Errors: ErrBadKind, and those of
	// network.Network.Send.
	Send(to network.ConnID, kind Kind, payload []byte) error

	// Request sends a request and calls done exactly once (MSG-7): with the response's payload,
	// with ErrTimeout after Config.Timeout, with network.ErrClosed as soon as the connection is
	// gone or the layer stops, or, before Request returns, with the error that kept the request
	// from being sent (as Send).
	Request(to network.ConnID, kind Kind, payload []byte, done func(reply []byte, err error))

	// Stop ends every outstanding request with network.ErrClosed, then stops the network.
	// Stopping twice does nothing.
	Stop()
}

// Handler handles one kind of message. A request is answered if ok is true, with reply, which
// may be empty; a regular message is never answered (MSG-5, MSG-6). It is called for open connections
// only: after the watcher has been told of from by Connected, and before Disconnected (NET-6).
type Handler func(from network.ConnID, payload []byte) (reply []byte, ok bool)

// Watcher is told of connections, as network.Handler is, without the messages. Disconnected is
// called after the callbacks of the connection's requests have run.
type Watcher interface {
	Connected(id network.ConnID, dialled network.Side)
	Disconnected(id network.ConnID, ended network.Side, reason error)
}

// New makes the layer on a network that has not been started. It has no effect on the world
// before Start. The config is complete.
type New func(host network.Host, net network.Network, cfg Config) Messaging

// Stack names the implementation of this layer and of those below.
type Stack struct {
	network.Stack
	NewMessaging New
}
