package messaging

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Type is the first byte of a message.
type Type uint8

// The types of messages. Every other value is malformed (MSG-10).
const (
	TypeRegular  Type = 0 // not answered; its id has no meaning and is sent as 0
	TypeRequest  Type = 1 // may be answered with a response of the same id
	TypeResponse Type = 2 // answers a request; its kind is sent empty and not looked at
)

// MaxKind is the length of the longest kind, in bytes.
const MaxKind = 255

// overhead is the size of a message with an empty kind and payload: type, id and the NUL.
const overhead = 1 + 4 + 1

// Message is one message as it was received. Its slices point into what was decoded.
type Message struct {
	Type    Type
	ID      uint32
	Kind    []byte // without the NUL; a map is looked up with Kind(m.Kind) without a copy
	Payload []byte
}

// Encode returns the bytes of a message (MSG-1), in a slice of its own of exactly their size. The
// payload is copied. The kind is not checked: see Kind.Validate.
func Encode(t Type, id uint32, kind Kind, payload []byte) []byte {
	b := make([]byte, 0, overhead+len(kind)+len(payload))
	b = append(b, byte(t))
	b = binary.BigEndian.AppendUint32(b, id)
	b = append(b, kind...)
	b = append(b, 0)
	return append(b, payload...)
}

// Decode reads a message, without a copy: kind and payload point into b. Error: ErrMalformed,
// wrapped with what is wrong (MSG-10).
func Decode(b []byte) (Message, error) {
	d := decoder{buf: b} // after a fault every read returns zero
	m := Message{Type: d.messageType(), ID: d.uint32(), Kind: d.cstring(), Payload: d.rest()}
	if d.err == nil && m.Type != TypeResponse && !validKind(m.Kind) {
		d.fault("bad kind")
	}
	if d.err != nil {
		return Message{}, d.err
	}
	return m, nil
}

// Validate reports a kind that MSG-2 does not allow, with ErrBadKind.
func (k Kind) Validate() error {
	if n := len(k); n == 0 || n > MaxKind {
		return fmt.Errorf("messaging: %w: %d bytes, want 1 to %d", ErrBadKind, n, MaxKind)
	}
	if !utf8.ValidString(string(k)) || strings.IndexByte(string(k), 0) >= 0 {
		return fmt.Errorf("messaging: %w: %q is not UTF-8 without NUL", ErrBadKind, string(k))
	}
	return nil
}

// validKind is Validate for a kind as it was received: the NUL that ends it is gone already.
func validKind(kind []byte) bool {
	return 0 < len(kind) && len(kind) <= MaxKind && utf8.Valid(kind)
}

// decoder reads fields off the front of buf. The first fault sticks.
type decoder struct {
	buf []byte
	err error
}

func (d *decoder) fault(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("messaging: %w: %s", ErrMalformed, what)
	}
	d.buf = nil
}

// take returns the next n bytes, or nil and a fault if there are fewer.
func (d *decoder) take(n int) []byte {
	if len(d.buf) < n {
		d.fault("short")
		return nil
	}
	field := d.buf[:n]
	d.buf = d.buf[n:]
	return field
}

func (d *decoder) messageType() Type {
	field := d.take(1)
	if field == nil {
		return 0
	}
	t := Type(field[0])
	if t > TypeResponse {
		d.fault("unknown type")
	}
	return t
}

func (d *decoder) uint32() uint32 {
	field := d.take(4)
	if field == nil {
		return 0
	}
	return binary.BigEndian.Uint32(field)
}

// cstring reads up to the next NUL, which it takes and leaves out.
func (d *decoder) cstring() []byte {
	end := bytes.IndexByte(d.buf, 0)
	if end < 0 {
		d.fault("no NUL after the kind")
		return nil
	}
	return d.take(end + 1)[:end:end]
}

// rest reads all that is left.
func (d *decoder) rest() []byte { return d.take(len(d.buf)) }
