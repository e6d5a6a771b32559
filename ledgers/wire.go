package ledgers

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Errors of a Decoder.
var (
	errShort = errors.New("too short")
	errLong  = errors.New("bytes are left over")
)

// Decoder reads a binary encoding, one field per call, big-endian. After the first fault every read
// returns zero, so that it is checked once, with Err.
type Decoder struct {
	rest []byte
	err  error
}

// NewDecoder reads b, which it does not modify; what Bytes returns is a part of it.
func NewDecoder(b []byte) *Decoder { return &Decoder{rest: b} }

// take is the next n bytes; nil after a fault.
func (d *Decoder) take(n int) []byte {
	if d.err != nil || n < 0 || n > len(d.rest) {
		d.Fail(errShort)
		return nil
	}
	field := d.rest[:n:n]
	d.rest = d.rest[n:]
	return field
}

// Uint8 reads one byte.
func (d *Decoder) Uint8() uint8 {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

// Uint16 reads two bytes.
func (d *Decoder) Uint16() uint16 {
	if b := d.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

// Uint32 reads four bytes.
func (d *Decoder) Uint32() uint32 {
	if b := d.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// Uint64 reads eight bytes.
func (d *Decoder) Uint64() uint64 {
	if b := d.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// Into fills a field of fixed size.
func (d *Decoder) Into(field []byte) { copy(field, d.take(len(field))) }

// Bytes reads a length of four bytes and that many bytes, at most most.
func (d *Decoder) Bytes(most int) []byte {
	size := d.Uint32()
	if int64(size) > int64(most) {
		d.Fail(fmt.Errorf("a field of %d bytes, want at most %d", size, most))
		return nil
	}
	return d.take(int(size))
}

// Count reads a length of two bytes: that of a list of at most most.
func (d *Decoder) Count(most int) int {
	n := int(d.Uint16())
	if n > most {
		d.Fail(fmt.Errorf("a list of %d, want at most %d", n, most))
		return 0
	}
	return n
}

// Fail makes the reading fail, unless it has failed before.
func (d *Decoder) Fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// OK says that nothing has failed so far.
func (d *Decoder) OK() bool { return d.err == nil }

// Left is how many bytes are left; 0 after a fault.
func (d *Decoder) Left() int {
	if d.err != nil {
		return 0
	}
	return len(d.rest)
}

// Rest is what is left.
func (d *Decoder) Rest() []byte {
	if d.err != nil {
		return nil
	}
	rest := d.rest
	d.rest = nil
	return rest
}

// Err ends the reading: the first fault, or that something is left over.
func (d *Decoder) Err() error {
	if d.err == nil && len(d.rest) > 0 {
		return errLong
	}
	return d.err
}

// castagnoli is the polynomial of checksums.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum is the CRC-32C of the parts together.
func Checksum(parts ...[]byte) (sum uint32) {
	for _, p := range parts {
		sum = crc32.Update(sum, castagnoli, p)
	}
	return sum
}

// AppendBytes appends a length of four bytes and the bytes.
func AppendBytes(b, field []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(field))), field...)
}
