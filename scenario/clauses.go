package scenario

// Promises of layer 1 that the suites of the layers above check as well, in the words of docs/protocol.md.
var (
	NET6Life = Promise("NET-6", "A connection's life is one connect event, then its messages, "+
		"then one disconnect event, and after that silence")
	NET6Taken = Promise("NET-6", "A node that has started takes every stream that is dialled to it")

	NET8Sends = Promise("NET-8",
		"Send keeps messages in order, never blocks its caller, and sends a message whole or not at all")
	NET8Closed = Promise("NET-8", "After close it returns ErrClosed")
	NET8TooBig = Promise("NET-8",
		"For a message over MaxFrame it returns ErrFrameTooBig, sends nothing, and the connection lives on")

	NET10Dials  = Promise("NET-10", "with a connection if the host's dial succeeds, otherwise with its error")
	NET10InUse  = Promise("NET-10", "An address that cannot be listened at is the error of Start")
	NET10Starts = Promise("NET-10", "otherwise Start succeeds")

	NET11Left = Promise("NET-11", "no listener, no stream, no timer and no goroutine is left")

	NET12Same = Promise("NET-12", "Nobody modifies bytes that were sent or handed over, ever")
)
