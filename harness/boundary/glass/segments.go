package glass

import (
	"encoding/binary"
	"slices"
)

// segment is what a module has written into its memory before it runs.
type segment struct {
	at    uint64
	bytes []byte
}

// farApart is how many zeros in between keep two segments apart.
const farApart = 256

// joined is a data section with few segments: Go makes one of all between eight zeros, near to a hundred thousand, and the
// engine keeps a list of them for every room. A section of any other kind, or with segments that overlap, stays as it is.
//
// Source: WebAssembly Core Specification, 5.5.14.
func joined(body []byte) []byte {
	segments, plain := segmentsOf(body)
	if !plain {
		return body
	}
	slices.SortStableFunc(segments, func(a, b segment) int { return int(a.at) - int(b.at) })
	var few []segment
	for _, s := range segments {
		if len(few) == 0 {
			few = append(few, s)
			continue
		}
		last := &few[len(few)-1]
		end := last.at + uint64(len(last.bytes))
		switch {
		case s.at < end:
			return body
		case s.at-end > farApart:
			few = append(few, s)
		default:
			last.bytes = append(slices.Grow(last.bytes, int(s.at-end)+len(s.bytes)), make([]byte, s.at-end)...)
			last.bytes = append(last.bytes, s.bytes...)
		}
	}
	return appendSegments(nil, few)
}

// How a segment begins that has a place in the first memory, and how an expression is that is a number.
const (
	activeSegment = 0
	constant      = 0x41
	endOfExpr     = 0x0b
)

// segmentsOf are those of a data section. plain says that each has a number for its place, and that nothing is left over.
func segmentsOf(body []byte) (segments []segment, plain bool) {
	count, n := binary.Uvarint(body)
	if n <= 0 {
		return nil, false
	}
	for body = body[n:]; count > 0 && len(body) > 2 && body[0] == activeSegment && body[1] == constant; count-- {
		at, n := signed(body[2:])
		if n <= 0 || at < 0 || at >= mostMemory {
			return nil, false
		}
		if body = body[2+n:]; len(body) == 0 || body[0] != endOfExpr {
			return nil, false
		}
		size, n := binary.Uvarint(body[1:])
		if n <= 0 || size > uint64(len(body)-1-n) {
			return nil, false
		}
		from := 1 + n
		to := from + int(size)
		segments, body = append(segments, segment{uint64(at), body[from:to:to]}), body[to:]
	}
	return segments, count == 0 && len(body) == 0
}

// signed reads a number of up to 32 bits as modules have them, and says how many bytes it takes; 0 if it is none.
func signed(b []byte) (v int64, n int) {
	for shift := 0; n < len(b) && shift < 35; shift += 7 {
		one := b[n]
		n++
		v |= int64(one&0x7f) << shift
		if one < 0x80 {
			if one&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v, n
		}
	}
	return 0, 0
}

// appendSigned writes such a number, which is not below 0.
func appendSigned(b []byte, v uint64) []byte {
	for ; v >= 0x40; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

func appendSegments(b []byte, segments []segment) []byte {
	b = binary.AppendUvarint(b, uint64(len(segments)))
	for _, s := range segments {
		b = appendSigned(append(b, activeSegment, constant), s.at)
		b = append(binary.AppendUvarint(append(b, endOfExpr), uint64(len(s.bytes))), s.bytes...)
	}
	return b
}
