// Package echo is the contract of the tiny layer of chapter 0. It stands on messaging, and is finished: you
// read it, run it, break it and repair it, to have every tool in your hands once.
//
//	+----------------------------------+
//	| echo: answers, and counts        |
//	+----------------------------------+
//	     | Handle, Request        ^ handler, Connected, Disconnected
//	     v                        |
//	  messaging (layer 2): requests that end once
//
// # Wire format
//
// A request of the kind `echo:say` carries any bytes. The answer is a number in decimal digits, a colon, and
// the same bytes: "3:hello" is the third answer on its connection.
//
// # Guarantees
//
// ECH-1 and ECH-2, in docs/0-echo.md.
//
// # Simplifications
//
// The numbers have no limit, and whoever asks without end is answered without end.
//
// # What to read next
//
// exercises/echo, which is the whole of the layer; then the chapter, docs/0-echo.md.
package echo

import (
	"strata/messaging"
	"strata/network"
)

// Kind is that of the requests.
const Kind messaging.Kind = "echo:say"

// Echo is the layer. All methods are called on the node's loop.
type Echo interface {
	// Start registers the handler of Kind, and starts messaging below. Errors: those of messaging.
	Start() error

	// Say asks the other end of a connection. done is called once, as that of messaging.Request.
	Say(to network.ConnID, text []byte, done func(reply []byte, err error))

	// Guests is how many connections the node keeps a count of (ECH-2).
	Guests() int

	// Stop stops messaging. Stopping twice does nothing.
	Stop()
}

// New makes the layer on messaging that has not been started. It has no effect on the world before Start.
type New func(host network.Host, msg messaging.Messaging) Echo

// Stack names the implementation of this layer and of those below.
type Stack struct {
	messaging.Stack
	NewEcho New
}
