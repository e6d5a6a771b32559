package network

import "encoding/binary"

// HeaderSize is the number of bytes before each message: its length, big-endian (NET-1).
const HeaderSize = 4

// MaxFrameLimit is the most that MaxFrame may be set to, in bytes: what one length field can
// say and every platform's int can hold.
const MaxFrameLimit = 1<<31 - 1

// Header returns a new header for a message of size bytes.
func Header(size int) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, 0, HeaderSize), uint32(size))
}

// PayloadSize reads the length that a header announces. It is the peer's claim: compare it with
// MaxFrame before allocating anything for it. The header has at least HeaderSize bytes.
func PayloadSize(header []byte) uint32 {
	return binary.BigEndian.Uint32(header)
}

// AppendFrame appends the frame of the payload to b and returns the longer slice.
func AppendFrame(b, payload []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	return append(b, payload...)
}
