package boundary

import (
	"errors"
	"fmt"
)

// Room is where layers are that have a memory of their own in this process.
type Room interface {
	// Exchange hands over a call and returns the answer to it, which is the caller's. Calls that come in the meantime
	// go to Link.Hear. The call is the room's only until another comes.
	Exchange(call []byte) (answer []byte, err error)
}

// Behind is a link to a room. Messages are CBOR, and the room asks the host for random numbers.
func Behind(r Room) *Link { return &Link{codec: inCBOR{}, carrier: &behind{room: r}, draws: true} }

// Hear serves a call from the room and returns the answer. It panics as the layers of this side do.
func (l *Link) Hear(call []byte) (answer []byte) {
	m, err := l.codec.parse(call)
	if err == nil && m.kind != isCall {
		err = errAnswer
	}
	if err != nil {
		l.fail(fmt.Errorf("%w: %w", ErrProtocol, err))
	}
	return l.codec.append(nil, l.hear(m))
}

// errAnswer reports an answer that nobody waits for.
var errAnswer = errors.New("an answer without a call")

// Ended says whether nothing can be said over the link any longer.
func (l *Link) Ended() bool { return l.failed != nil }

// End has all calls from now on panic with the error.
func (l *Link) End(err error) { l.failed = err }

// behind carries messages to a room.
type behind struct {
	room Room
	buf  []byte // of the call that is handed over
}

func (b *behind) exchange(l *Link, call message) message {
	b.buf = l.codec.append(b.buf[:0], call)
	answer, err := b.room.Exchange(b.buf)
	if err != nil {
		l.fail(err)
	}
	m, err := l.codec.parse(answer)
	if err == nil && m.kind == isCall {
		err = errors.New("a call where an answer was due")
	}
	if err != nil {
		l.fail(fmt.Errorf("%w: %w", ErrProtocol, err))
	}
	return m
}
