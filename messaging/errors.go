package messaging

import "errors"

// One error for each reaction that a caller can have. A closed connection is network.ErrClosed.
var (
	// ErrTimeout reports a request that was not answered in time. The connection lives; the
	// answer, should it still come, is ignored.
	ErrTimeout = errors.New("request timed out")

	// ErrBadKind reports a kind that MSG-2 does not allow: a slip of the caller's.
	ErrBadKind = errors.New("bad kind")

	// ErrDuplicateKind reports a kind that has a handler already; that one stays.
	ErrDuplicateKind = errors.New("kind already has a handler")

	// ErrMalformed reports bytes that are not a message (MSG-10). Close the connection.
	ErrMalformed = errors.New("malformed message")
)
