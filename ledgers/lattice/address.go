package lattice

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/blake2b"

	"strata/network"
)

// Account is the key that signs an account's blocks, or a representative's votes. Zero is the burn account, which
// nobody has.
type Account = network.PublicKey

// Prefix begins an address.
const Prefix = "smn_"

// digits are those of an address: 5 bits each.
const digits = "13456789abcdefghijkmnopqrstuwxyz"

// How many characters the key and its check have.
const (
	keyChars   = 52 // 4 zero bits and 256 bits
	checkChars = 8
)

// ErrAddress reports a text that is no address.
var ErrAddress = errors.New("no address")

// Address is the account in 64 characters: prefix, key, check. The check is the first 5 bytes of the Blake2b-256 of
// the key, in reverse.
func Address(a Account) string {
	return Prefix + base32(a[:], keyChars) + base32(check(a), checkChars)
}

func check(a Account) []byte {
	sum := blake2b.Sum256(a[:])
	part := sum[:5]
	slices.Reverse(part)
	return part
}

// base32 writes bytes as one number with that many digits.
func base32(b []byte, chars int) string {
	out := make([]byte, chars)
	for i := range out {
		value := 0
		for bit := range 5 {
			at := 8*len(b) - 5*(chars-i) + bit // from the first bit of b on; below it there are zeros
			value <<= 1
			if at >= 0 && b[at/8]&(0x80>>(at%8)) != 0 {
				value |= 1
			}
		}
		out[i] = digits[value]
	}
	return string(out)
}

// unbase32 reads size bytes; what does not fit into them is zero in a text that is canonical.
func unbase32(text string, size int) (b []byte, err error) {
	b = make([]byte, size)
	for i := range len(text) {
		value := strings.IndexByte(digits, text[i])
		if value < 0 {
			return nil, fmt.Errorf("%w: %q is no digit of an address", ErrAddress, text[i])
		}
		for bit := range 5 {
			at := 8*size - 5*(len(text)-i) + bit
			switch {
			case value&(16>>bit) == 0:
			case at < 0:
				return nil, fmt.Errorf("%w: the pad bits are not zero", ErrAddress)
			default:
				b[at/8] |= 0x80 >> (at % 8)
			}
		}
	}
	return b, nil
}

// ParseAddress reads an address. There is one text for each account (LAT-1). The error wraps ErrAddress.
func ParseAddress(text string) (a Account, err error) {
	rest, ok := strings.CutPrefix(text, Prefix)
	if !ok || len(rest) != keyChars+checkChars {
		return a, fmt.Errorf("%w: %.80q, want %s and %d characters", ErrAddress, text, Prefix, keyChars+checkChars)
	}
	key, err := unbase32(rest[:keyChars], len(a))
	if err != nil {
		return a, fmt.Errorf("%w in %.80q", err, text)
	}
	copy(a[:], key)
	sum, err := unbase32(rest[keyChars:], 5)
	if err != nil || !bytes.Equal(sum, check(a)) {
		return Account{}, fmt.Errorf("%w: the check of %.80q is wrong", ErrAddress, text)
	}
	return a, nil
}
