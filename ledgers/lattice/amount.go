package lattice

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// Amount is a number of raw units, 0 to 2^128-1.
type Amount struct{ Hi, Lo uint64 }

// Decimals is how many digits a unit has behind the point: one unit is 10^24 raw.
const Decimals = 24

// Raw is a small amount.
func Raw(n uint64) Amount { return Amount{Lo: n} }

// Zero says whether it is nothing.
func (a Amount) Zero() bool { return a == Amount{} }

// Cmp is -1, 0 or 1.
func (a Amount) Cmp(b Amount) int {
	return cmp.Or(cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Lo, b.Lo))
}

// Add is the sum; false if it passes 2^128-1.
func (a Amount) Add(b Amount) (sum Amount, ok bool) {
	lo, carry := bits.Add64(a.Lo, b.Lo, 0)
	hi, carry := bits.Add64(a.Hi, b.Hi, carry)
	return Amount{hi, lo}, carry == 0
}

// Sub is the difference; false if b is the greater one.
func (a Amount) Sub(b Amount) (difference Amount, ok bool) {
	lo, borrow := bits.Sub64(a.Lo, b.Lo, 0)
	hi, borrow := bits.Sub64(a.Hi, b.Hi, borrow)
	return Amount{hi, lo}, borrow == 0
}

// Plus is the sum of parts of one supply, which passes nothing.
func (a Amount) Plus(b Amount) Amount {
	sum, _ := a.Add(b)
	return sum
}

// Minus is what is left when a part of it is taken away.
func (a Amount) Minus(b Amount) Amount {
	difference, _ := a.Sub(b)
	return difference
}

// Div is the quotient and the remainder; n is above 0.
func (a Amount) Div(n uint64) (quotient Amount, rest uint64) {
	hi, rest := a.Hi/n, a.Hi%n
	lo, rest := bits.Div64(rest, a.Lo, n)
	return Amount{hi, lo}, rest
}

// times is the product; false if it passes 2^128-1.
func (a Amount) times(n uint64) (product Amount, ok bool) {
	carry, lo := bits.Mul64(a.Lo, n)
	over, hi := bits.Mul64(a.Hi, n)
	hi, more := bits.Add64(hi, carry, 0)
	return Amount{hi, lo}, over == 0 && more == 0
}

// Share is floor(part * a / whole), for a part of at most whole.
func (a Amount) Share(part, whole uint64) Amount {
	quotient, rest := a.Div(whole)
	product, _ := quotient.times(part)
	hi, lo := bits.Mul64(rest, part)
	last, _ := bits.Div64(hi, lo, whole)
	return product.Plus(Raw(last))
}

// Class is the power of 2 that it reaches: 0 for nothing, at most 128 (LAT-7).
func (a Amount) Class() int {
	if a.Hi > 0 {
		return 64 + bits.Len64(a.Hi)
	}
	return bits.Len64(a.Lo)
}

// Append appends the 16 bytes, big-endian.
func (a Amount) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, a.Hi), a.Lo)
}

// String is the number of raw units, in decimal.
func (a Amount) String() string {
	const most = 1e19
	rest, digits := a, ""
	for {
		quotient, low := rest.Div(most)
		if quotient.Zero() {
			return fmt.Sprintf("%d%s", low, digits)
		}
		rest, digits = quotient, fmt.Sprintf("%019d%s", low, digits)
	}
}

// Units is the amount in whole units, with all 24 digits behind the point.
func (a Amount) Units() string {
	text := a.String()
	text = strings.Repeat("0", max(0, Decimals+1-len(text))) + text
	at := len(text) - Decimals
	return text[:at] + "." + text[at:]
}

// ErrAmountText reports a text that is no amount.
var ErrAmountText = errors.New("no amount")

// ParseRaw reads a number of raw units. The error wraps ErrAmountText.
func ParseRaw(text string) (a Amount, err error) {
	if text == "" || text[0] == '0' && text != "0" {
		return Amount{}, fmt.Errorf("%w: %.60q, want decimal digits without zeros in front", ErrAmountText, text)
	}
	return parseDigits(text)
}

func parseDigits(text string) (a Amount, err error) {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return Amount{}, fmt.Errorf("%w: %.60q, want decimal digits", ErrAmountText, text)
		}
		product, ok := a.times(10)
		sum, fits := product.Add(Raw(uint64(c - '0')))
		if !ok || !fits {
			return Amount{}, fmt.Errorf("%w: %.60q is more than 2^128-1 raw", ErrAmountText, text)
		}
		a = sum
	}
	return a, nil
}

// ParseUnits reads an amount in whole units, with at most 24 digits behind a point. The error wraps ErrAmountText.
func ParseUnits(text string) (Amount, error) {
	whole, part, pointed := strings.Cut(text, ".")
	switch {
	case whole == "" || pointed && part == "":
		return Amount{}, fmt.Errorf("%w: %.60q, want digits on both sides of the point", ErrAmountText, text)
	case len(part) > Decimals:
		return Amount{}, fmt.Errorf("%w: %.60q has %d digits behind the point, want at most %d", ErrAmountText, text,
			len(part), Decimals)
	}
	return parseDigits(whole + part + strings.Repeat("0", Decimals-len(part)))
}
