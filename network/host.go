package network

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

// Host is everything that a node's protocol code may touch of the world outside: the time,
// timers, randomness, a logger and byte streams. Two kinds exist, one on TCP and one
// simulated, and no layer can tell on which it runs.
//
// All of a node's code runs on one goroutine, the node's loop. The host calls back on that loop,
// one callback after another, and every method is to be called from it. A callback runs to
// completion and never blocks: that is why the layers need no locks.
type Host interface {
	// Now is the current time of this node's clock. It stands still during a callback of the
	// simulated host.
	Now() time.Time

	// After calls f once, d from now, in time that passes at this node's rate: it never jumps, as Now
	// may. With d of zero or less f runs when the callback under way has returned, before anything
	// that later comes from outside. The id is never zero.
	After(d time.Duration, f func()) TimerID

	// Cancel forgets the timer. A timer that has run, was cancelled before or never was (zero)
	// is no error: nothing happens.
	Cancel(TimerID)

	// Rand is this node's own source of random numbers, seeded by the host. Each boot of a node has
	// other numbers.
	Rand() *rand.Rand

	// Log is this node's logger; its records carry the node's address and the host's time.
	Log() *slog.Logger

	// Listen calls accept for each stream that somebody opens to at. Errors: ErrAddrInUse,
	// ErrBadAddr, or what the system reports.
	Listen(at Addr, accept func(Stream)) (Listener, error)

	// Dial opens a stream to the address and calls done once, later, with the stream or with an
	// error. The caller has to close a stream that comes too late to be of use.
	Dial(to Addr, done func(Stream, error))

	// Disk is this node's directory, the same over restarts. Nothing of layers 1 to 6 needs it: a
	// ledger that makes promises does (LED-9).
	Disk() Disk

	// Identity is this node's key, the same over restarts.
	Identity() Identity

	// Offload runs work away from the loop, then done on the loop. work may take long; it must
	// not touch the node's state or the host. The simulated host runs it in place. After the
	// host has stopped done is not called.
	Offload(work, done func())
}

// TimerID names one timer of one host. Zero names none.
type TimerID uint64

// Listener is an open listening address.
type Listener interface {
	// Close stops listening; accept is not called from then on. Closing twice does nothing.
	Close()
}

// Stream is one end of a connection that carries bytes, in order, both ways. It knows nothing of
// messages: what one Write sent may arrive in many pieces, and many in one.
type Stream interface {
	// Deliver says who gets the stream's bytes. Call it once, in the callback that brought the
	// stream; nothing is delivered before, nor within, that callback.
	Deliver(to Receiver)

	// Write queues head and then body, and never blocks. Either may be empty. Both slices
	// belong to the stream from here on and nobody modifies them again (NET-12): the same body
	// can so be written to many streams without a copy. On a stream that is closed or has ended
	// it does nothing.
	Write(head, body []byte)

	// Queued is the number of bytes written that have not been handed to the wire yet.
	Queued() int

	// Remote is where the far end is, as this side sees it, also after the end. Of a stream that
	// somebody opened to us the port says nothing: it is not where that one listens.
	Remote() Addr

	// Key is the key that the far end has proved to have; false if it has proved none, as on plain
	// TCP.
	Key() (PublicKey, bool)

	// Close ends the stream at both sides; what is queued may still be sent. The receiver
	// hears nothing more. Closing twice does nothing.
	Close()
}

// Receiver is told what happens on a stream. It is called on the node's loop.
type Receiver interface {
	// Receive hands over the next bytes, at least one. The piece belongs to the receiver, may be
	// kept, and is modified by nobody, ever (NET-12).
	Receive(piece []byte)

	// Ended is called once, last: nil if the peer closed the stream in good order, else the
	// reason why the link failed. It is not called after Close.
	Ended(reason error)
}
