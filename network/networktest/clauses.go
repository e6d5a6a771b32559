package networktest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule. Those with capital
// letters are checked by other suites as well, as are those in package scenario.
var (
	// How a message travels.
	net1Frame = scenario.Promise("NET-1",
		"One message travels as one frame: its length as a big-endian 4-byte unsigned integer, then exactly that "+
			"many bytes")

	// Streams cut and join.
	net2Whole = scenario.Promise("NET-2", "Each message still arrives exactly once, whole and in order")
	net2Cost  = scenario.Promise("NET-2", "To put one together, a layer allocates at most 16 bytes for each of its "+
		"bytes, and 1 MiB besides, however many pieces it comes in")

	// The empty message.
	net3Empty = scenario.Promise("NET-3", "A frame of length 0 is valid: it carries the empty message")

	// The longest message.
	net4Bound = scenario.Promise("NET-4",
		"A length over MaxFrame (1 MiB), and no smaller one, closes the connection with ErrFrameTooBig")
	net4Allocates = scenario.Promise("NET-4", "Nothing of that size is allocated before")
	net4Delivers  = scenario.Promise("NET-4", "nothing of that frame is delivered")

	// Torn frames.
	net5Torn = scenario.Promise("NET-5",
		"If a stream ends inside a frame, nothing of that frame is delivered. The reason is ErrTruncated")

	// The life of a connection.
	net6NewID   = scenario.Promise("NET-6", "It has an id of its own, which is not 0")
	net6Dialled = scenario.Promise("NET-6",
		"A dial that succeeds calls back after Dial has returned, right after the connect event")
	net6Lives = scenario.Promise("NET-6", "Only a close or a failure ends a connection")
	NET6Close = scenario.Promise("NET-6",
		"Close ends the stream and raises the disconnect event before it returns")

	// Whose doing an event is.
	NET7Dialler = scenario.Promise("NET-7", "a connect event, whether the peer dialled or we did")
	NET7Ended   = scenario.Promise("NET-7",
		"a disconnect event, whether we closed, or the peer closed or the link failed. The event has no reason "+
			"if somebody closed cleanly; otherwise its reason is the error that ended the connection")

	// Slow peers.
	net9Slow = scenario.Promise("NET-9",
		"If more than MaxQueued (4 MiB) bytes wait for a peer that is slow to take them, that connection is "+
			"closed with ErrSlowPeer before Send returns")
	net9Others = scenario.Promise("NET-9", "No other connection waits for it")

	// Dialling and listening.
	net10Once    = scenario.Promise("NET-10", "A dial calls back once")
	net10NoEvent = scenario.Promise("NET-10", "then no connect event is raised")
	net10Alone   = scenario.Promise("NET-10", "whoever listens there is left alone")

	// The end.
	net11Closes  = scenario.Promise("NET-11", "Stop closes the listener and all connections")
	net11Dials   = scenario.Promise("NET-11", "a dial that is under way, or begins later, ends with ErrClosed at once")
	net11Silence = scenario.Promise("NET-11", "Afterwards no handler is called")

	// Whose the bytes are.
	net12Kept   = scenario.Promise("NET-12", "The receiver may keep a payload that it was handed, and append to it")
	net12Behind = scenario.Promise("NET-12", "Send does not write behind a payload")
)
