package gossip

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
)

// IDSize is the number of bytes of a message id.
const IDSize = 16

// MessageID names one broadcast. It is random, so nobody has to hand ids out.
type MessageID [IDSize]byte

// NewID draws an id (GSP-1).
func NewID(r *rand.Rand) MessageID {
	var id MessageID
	binary.BigEndian.PutUint64(id[:8], r.Uint64())
	binary.BigEndian.PutUint64(id[8:], r.Uint64())
	return id
}

// String is the id in lower-case hex.
func (id MessageID) String() string { return hex.EncodeToString(id[:]) }

// Encode returns the wire form of a message: its id and then the payload (GSP-1).
func Encode(id MessageID, payload []byte) []byte {
	return append(append(make([]byte, 0, IDSize+len(payload)), id[:]...), payload...)
}

// Decode takes a message apart. The payload is a part of wire, not a copy. ok is false if wire is
// too short to have an id (GSP-5).
func Decode(wire []byte) (id MessageID, payload []byte, ok bool) {
	if len(wire) < IDSize {
		return MessageID{}, nil, false
	}
	return MessageID(wire[:IDSize]), wire[IDSize:], true
}
