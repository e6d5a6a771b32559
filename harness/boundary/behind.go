package boundary

import (
	"fmt"

	"strata/network"
)

// Room is where layers are that have a memory of their own in this process.
type Room interface {
	// Exchange hands over a call and returns the answer to it, which is there until the room is called again. Calls that come in
	// the meantime go to Link.Hear. An empty answer is that it is done, with nothing to return. The call is the room's only until
	// another comes.
	Exchange(call []byte) (answer []byte, err error)
	// Run runs a function of the room that has no arguments, and Receive hands a receiver bytes, both without the form of a
	// message.
	Run(function int) (answer []byte, err error)
	Receive(receiver int, piece []byte) (answer []byte, err error)
	// Allocated is how many bytes of memory the room has allocated so far; 0 if it does not say.
	Allocated() uint64
}

// Behind is a link to a room. Messages are short, and the room asks the host for random numbers.
func Behind(r Room) *Link {
	return &Link{codec: inBrief{}, post: r, room: r, draws: true, compact: true, owns: true}
}

// Hear serves a call from the room and returns the answer, which is the caller's until the link hands over something else. The
// call is copied. It panics as the layers of this side do.
func (l *Link) Hear(call []byte) (answer []byte) { return l.heard(call) }

// Ended says whether nothing can be said over the link any longer.
func (l *Link) Ended() bool { return l.failed != nil }

// End has all calls from now on panic with the error.
func (l *Link) End(err error) { l.failed = err }

// Host is the host that the room knows by a number, and Stream the stream. Function is one of the room's own. They are for what
// the room asks without the form of a message.
func (l *Link) Host(ref int) network.Host { return near[host](l, ref).Host }

// Stream is described at Host.
func (l *Link) Stream(ref int) network.Stream { return near[stream](l, ref).Stream }

// Function is described at Host.
func (l *Link) Function(ref int) func() { return func() { l.do(callRun, ref) } }

// near is an object of this side.
func near[O object](l *Link, ref int) (o O) {
	is := false
	if ref > 0 && ref <= len(l.objects) {
		o, is = l.objects[ref-1].(O)
	}
	if !is {
		l.fail(fmt.Errorf("%w: object %d is no %T", ErrProtocol, ref, o))
	}
	return o
}
