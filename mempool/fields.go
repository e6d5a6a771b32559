package mempool

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// Fields decodes a canonical text (CHN-1) of fields with a separator between them, one call per
// field. After the first fault every read returns zero, so that a decoder checks once, with Err.
// The chain's blocks are read with it as well as transactions.
type Fields struct {
	rest []byte // what is not read yet
	sep  byte
	more bool // whether a field comes, which may be empty
	err  error
}

var (
	errMissing = errors.New("missing")
	errExtra   = errors.New("one field too many")
	errNumber  = errors.New("not a canonical decimal of 0 to 2^64-1")
)

// NewFields reads text, which it does not modify nor keep longer than it is read.
func NewFields(text []byte, sep byte) Fields {
	return Fields{rest: text, sep: sep, more: true}
}

// More says whether there is a further field and no fault so far.
func (f *Fields) More() bool { return f.more && f.err == nil }

// Next returns the next field as it stands; name is for the error.
func (f *Fields) Next(name string) []byte {
	if f.err != nil {
		return nil
	}
	if !f.more {
		f.fail(name, errMissing)
		return nil
	}
	var field []byte
	field, f.rest, f.more = bytes.Cut(f.rest, []byte{f.sep})
	return field
}

// Uint64 reads a decimal without sign and without leading zeros.
func (f *Fields) Uint64(name string) uint64 {
	field := f.Next(name)
	if f.err != nil {
		return 0
	}
	// The bound comes first: ParseUint would read a megabyte of digits.
	if len(field) > maxDecimal || len(field) > 1 && field[0] == '0' {
		f.fail(name, errNumber)
		return 0
	}
	n, err := strconv.ParseUint(string(field), 10, 64)
	if err != nil {
		f.fail(name, errNumber)
		return 0
	}
	return n
}

// Hex reads exactly len(into) bytes in lower-case hex.
func (f *Fields) Hex(name string, into []byte) {
	field := f.Next(name)
	if f.err != nil {
		return
	}
	if len(field) != 2*len(into) {
		f.fail(name, fmt.Errorf("%d characters, want %d hex digits", len(field), 2*len(into)))
		return
	}
	for i := range into {
		high, low := digits[field[2*i]], digits[field[2*i+1]]
		if high|low > 0xf {
			f.fail(name, errors.New("not lower-case hex"))
			return
		}
		into[i] = high<<4 | low
	}
}

// Err ends the reading: it returns the first fault, or that something is left over.
func (f *Fields) Err() error {
	if f.err == nil && f.more {
		return errExtra
	}
	return f.err
}

func (f *Fields) fail(name string, err error) {
	f.err = fmt.Errorf("%s: %w", name, err)
}

// maxDecimal is the length of 2^64-1.
const maxDecimal = 20

// digits gives the value of a lower-case hex digit, and a value over 15 for other characters.
var digits = func() (table [256]byte) {
	for i := range table {
		table[i] = 0xff
	}
	for i, c := range []byte("0123456789abcdef") {
		table[c] = byte(i)
	}
	return table
}()
