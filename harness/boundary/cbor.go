package boundary

import (
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"slices"
	"unicode/utf8"

	"strata/network"
)

// inCBOR writes messages as CBOR (RFC 8949): the same maps as in JSON, and bytes as they are. Lengths are definite and in their
// shortest form, keys of settings in ascending order; there are no tags. It reads no more than it writes.
type inCBOR struct{}

// The major types of CBOR.
const (
	cborUint byte = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple
)

// Whole items of the last major type.
const (
	cborFalse = cborSimple<<5 | 20
	cborTrue  = cborSimple<<5 | 21
	cborNull  = cborSimple<<5 | 22
	cborFloat = cborSimple<<5 | 27
)

func (inCBOR) append(b []byte, m message) []byte {
	switch m.kind {
	case isCall:
		b = appendText(append(b, cborMap<<5|3), "call")
		b = appendText(b, m.call)
		b = appendHead(appendText(b, "on"), cborUint, uint64(m.on))
		b = appendHead(appendText(b, "args"), cborArray, uint64(len(m.args)))
		for _, a := range m.args {
			b = appendCBOR(b, a)
		}
		return b
	case isError:
		return appendCBOR(appendText(append(b, cborMap<<5|1), "error"), m.failure)
	case isCrash:
		return appendCrash(appendText(append(b, cborMap<<5|1), "crash"), m.crash)
	}
	return appendCBOR(appendText(append(b, cborMap<<5|1), "return"), m.value)
}

// appendCrash adds what a call panicked with.
func appendCrash(b []byte, c *Crash) []byte {
	b = appendText(appendText(append(b, cborMap<<5|3), "text"), c.Text)
	b = appendCBOR(appendText(b, "trace"), c.Trace)
	return appendText(appendText(b, "step"), c.Step)
}

// appendHead adds the head of an item.
func appendHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n <= math.MaxUint8:
		return append(b, major|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

// appendText adds a text. One that is not UTF-8 goes as bytes: CBOR has no such texts.
func appendText[T ~string](b []byte, s T) []byte {
	major := cborText
	if !utf8.ValidString(string(s)) {
		major = cborBytes
	}
	return append(appendHead(b, major, uint64(len(s))), s...)
}

// appendTexts adds an array of texts.
func appendTexts[T ~string](b []byte, list []T) []byte {
	b = appendHead(b, cborArray, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

// appendCBOR adds a value of ours: one of those that calls have.
func appendCBOR(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, cborNull)
	case bool:
		if v {
			return append(b, cborTrue)
		}
		return append(b, cborFalse)
	case int:
		return appendInt(b, int64(v))
	case int64:
		return appendInt(b, v)
	case uint32:
		return appendHead(b, cborUint, uint64(v))
	case uint64:
		return appendHead(b, cborUint, v)
	case network.ConnID:
		return appendHead(b, cborUint, uint64(v))
	case network.TimerID:
		return appendHead(b, cborUint, uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, cborFloat), math.Float64bits(v))
	case []byte:
		return append(appendHead(b, cborBytes, uint64(len(v))), v...)
	}
	return appendComposed(b, v)
}

// appendComposed is appendCBOR for what has parts, and for texts.
func appendComposed(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, v)
	case network.Addr:
		return appendText(b, v)
	case []string:
		return appendTexts(b, v)
	case []network.Addr:
		return appendTexts(b, v)
	case map[string]any:
		b = appendHead(b, cborMap, uint64(len(v)))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b = appendCBOR(appendText(b, key), v[key])
		}
		return b
	case settings:
		return appendComposed(b, v.byName())
	case *failure:
		if v == nil {
			return append(b, cborNull)
		}
		b = appendText(appendText(append(b, cborMap<<5|3), "name"), v.Name)
		b = appendText(appendText(b, "text"), v.Text)
		return appendHead(appendText(b, "ref"), cborUint, uint64(v.Ref))
	}
	panic("boundary: a call has a value of a kind that none has") // ours: nothing of the process's
}

func appendInt(b []byte, n int64) []byte {
	if n < 0 {
		return appendHead(b, cborNegative, uint64(-1-n))
	}
	return appendHead(b, cborUint, uint64(n))
}

var errCBOR = errors.New("its CBOR is cut short, or has what messages do not have: tags, or lengths that are left open")

// head reads the head of an item. n is its number, or how much follows.
func head(b []byte) (major byte, n uint64, rest []byte, err error) {
	if len(b) == 0 {
		return 0, 0, nil, errCBOR
	}
	major, n, rest = b[0]>>5, uint64(b[0]&31), b[1:]
	if n < 24 {
		return major, n, rest, nil
	}
	size := 1 << (n - 24)
	if n > 27 || len(rest) < size {
		return 0, 0, nil, errCBOR
	}
	n = 0
	for _, c := range rest[:size] {
		n = n<<8 | uint64(c)
	}
	return major, n, rest[size:], nil
}

// deepest is how deep items may be in each other.
const deepest = 8

// next is the item that b begins with, and what is behind it.
func next(b []byte, depth int) (item raw, rest []byte, err error) {
	major, n, rest, err := head(b)
	if err != nil || depth == deepest {
		return nil, nil, errCBOR
	}
	switch major {
	case cborBytes, cborText:
		if n > uint64(len(rest)) {
			return nil, nil, errCBOR
		}
		rest = rest[n:]
	case cborArray, cborMap:
		if n > uint64(len(rest)) { // an item has one byte or more
			return nil, nil, errCBOR
		}
		if major == cborMap {
			n *= 2
		}
		for range n {
			if _, rest, err = next(rest, depth+1); err != nil {
				return nil, nil, err
			}
		}
	case cborTag:
		return nil, nil, errCBOR
	case cborSimple:
		if b[0]&31 == 24 { // simple values of two bytes: none of them has a meaning here
			return nil, nil, errCBOR
		}
	}
	return raw(b[:len(b)-len(rest)]), rest, nil
}

// setKind says what a message is that was read.
func (m *message) setKind() {
	switch {
	case m.call != "":
		m.kind = isCall
	case m.crash != nil:
		m.kind = isCrash
	case m.failure != nil:
		m.kind = isError
	case m.ret != nil:
		m.kind = isReturn
	}
}
