package leader

import "errors"

// What a read can come to.
var (
	// ErrNotLeader reports that this node does not lead: ask the one that does.
	ErrNotLeader = errors.New("this node does not lead")

	// ErrTimeout reports that a quorum has not answered in time: whether this node still leads is not
	// known.
	ErrTimeout = errors.New("no quorum has answered in time")
)
