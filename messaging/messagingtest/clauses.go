package messagingtest

import "strata/scenario"

// The promises that the suite checks, in the words of docs/protocol.md, rule by rule. Those with capital
// letters are checked by other suites as well.
var (
	// The bytes of a message.
	MSG1Layout = scenario.Promise("MSG-1", "Messages have this layout, byte for byte, in both directions")

	// What a kind is.
	msg2Refused  = scenario.Promise("MSG-2", "Handle, Send and Request refuse any other with ErrBadKind")
	msg2Response = scenario.Promise("MSG-2", "what kind a received response has is not looked at")

	// Who handles it.
	msg3One    = scenario.Promise("MSG-3", "A kind has one handler")
	msg3Second = scenario.Promise("MSG-3",
		"Registering a second is the error ErrDuplicateKind and leaves the first where it is")

	// Kinds that nobody handles.
	msg4Ignored = scenario.Promise("MSG-4", "A regular message or a request of a kind that nobody handles is ignored: "+
		"it gets no response, and the connection lives")

	// Messages.
	msg5Handled  = scenario.Promise("MSG-5", "A regular message goes to the handler of its kind")
	msg5Answered = scenario.Promise("MSG-5", "is never answered, whatever that returns")

	// Requests, where they are answered.
	msg6Handled = scenario.Promise("MSG-6", "A request goes to the handler of its kind, and is answered at most once")
	msg6Reply   = scenario.Promise("MSG-6",
		"A handler that returns a reply, even an empty one, sends one response with the id of the request")
	msg6None = scenario.Promise("MSG-6", "a handler that returns none sends nothing")

	// Requests, where they are made.
	MSG7Once = scenario.Promise("MSG-7", "The callback of a request runs exactly once")
	MSG7Ends = scenario.Promise("MSG-7",
		"with the payload of the response, with ErrTimeout (after 10 s; the connection "+
			"lives), or with ErrClosed")
	msg7Closed = scenario.Promise("MSG-7", "with ErrClosed as soon as the connection is gone or the layer stops")
	msg7Unsent = scenario.Promise("MSG-7",
		"A request that cannot be sent ends with the error of Send, before Request returns")

	// Which response is whose.
	MSG8Belongs = scenario.Promise("MSG-8", "A response belongs to a request by connection and id together")
	msg8Ignored = scenario.Promise("MSG-8", "It is ignored if it comes on another connection, has an id that is not "+
		"outstanding, or comes after the callback ran")

	// Ids.
	msg9Count = scenario.Promise("MSG-9",
		"Ids are counted per connection, from 1, and wrap past 2^32-1, skipping those in use")

	// Malformed messages.
	msg10Closes = scenario.Promise("MSG-10",
		"A malformed message (too short, of unknown type, without NUL, with a bad kind) closes the connection")
	msg10Unseen = scenario.Promise("MSG-10", "No handler sees it")
)
