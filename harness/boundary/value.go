package boundary

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"strata/network"
)

// inBrief has the values of brief messages. Their first byte says what they are, so that those which layers hand over most
// often are read where they lie:
//
//	0                  null
//	1, 2               false, true
//	3, eight bytes     a number, the lowest byte first; of one below 0 it is the two's complement
//	4, a word, bytes   so many bytes
//	5, a word, bytes   a text of so many bytes
//	6, a word, values  a list of texts, or settings: names and values, one after the other
//	7, a word, CBOR    anything else, as inCBOR has it
type inBrief struct{}

const (
	briefNull byte = iota
	briefFalse
	briefTrue
	briefNumber
	briefBytes
	briefText
	briefList
	briefCBOR
)

// What values begin with: a byte, and with most a word.
const (
	form  = 1
	sized = form + word
)

// errValue reports bytes that are no value.
var errValue = errors.New("a value is cut short, or has none of the forms")

// valueSize is the size of the value that b begins with, which is in b as a whole; 0 if there is none.
func valueSize(b []byte) int {
	size := uint64(form)
	switch {
	case len(b) == 0 || b[0] > briefCBOR:
		return 0
	case b[0] == briefNumber:
		size = form + 8
	case b[0] > briefNumber:
		if len(b) < sized {
			return 0
		}
		size = sized + uint64(binary.LittleEndian.Uint32(b[form:]))
	}
	if size > uint64(len(b)) {
		return 0
	}
	return int(size)
}

// appendValue adds a value of ours: one of those that appendCBOR takes.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, briefNull)
	case bool:
		if v {
			return append(b, briefTrue)
		}
		return append(b, briefFalse)
	case int:
		return appendNumber(b, uint64(v))
	case int64:
		return appendNumber(b, uint64(v))
	case uint32:
		return appendNumber(b, uint64(v))
	case uint64:
		return appendNumber(b, v)
	case network.ConnID:
		return appendNumber(b, uint64(v))
	case network.TimerID:
		return appendNumber(b, uint64(v))
	case []byte:
		return append(appendSize(b, briefBytes, len(v)), v...)
	case string:
		return appendPlain(b, v)
	case network.Addr:
		return appendPlain(b, v)
	case *failure:
		if v == nil {
			return append(b, briefNull)
		}
	}
	return appendParts(b, v)
}

// appendParts is appendValue for what has parts.
func appendParts(b []byte, v any) []byte {
	at := len(b) + sized
	switch v := v.(type) {
	case []network.Addr:
		b = appendList(b, v)
	case []string:
		b = appendList(b, v)
	case settings:
		b = appendSize(b, briefList, 0)
		for _, one := range v {
			b = appendValue(appendPlain(b, one.name), one.value)
		}
	default:
		b = appendCBOR(appendSize(b, briefCBOR, 0), v)
	}
	binary.LittleEndian.PutUint32(b[at-word:], uint32(len(b)-at))
	return b
}

func appendList[T ~string](b []byte, list []T) []byte {
	b = appendSize(b, briefList, 0)
	for _, text := range list {
		b = appendPlain(b, text)
	}
	return b
}

func appendPlain[T ~string](b []byte, text T) []byte {
	return append(appendSize(b, briefText, len(text)), text...)
}

func appendNumber(b []byte, n uint64) []byte {
	return binary.LittleEndian.AppendUint64(append(b, briefNumber), n)
}

func appendSize(b []byte, form byte, size int) []byte {
	return binary.LittleEndian.AppendUint32(append(b, form), uint32(size))
}

// values puts the values that b consists of on a stack.
func values(stack []raw, b []byte) ([]raw, error) {
	for len(b) > 0 {
		size := valueSize(b)
		if size == 0 {
			return stack, errValue
		}
		stack, b = append(stack, raw(b[:size:size])), b[size:]
	}
	return stack, nil
}

func (inBrief) read(r raw, into any) error {
	switch r[0] {
	case briefNull:
		return null(into)
	case briefCBOR:
		return readCBOR(r[sized:], into)
	}
	switch into := into.(type) {
	case *string:
		return readPlain(r, into)
	case *network.Addr:
		return readPlain(r, into)
	case *[]byte:
		if r[0] != briefBytes {
			return fmt.Errorf("want bytes")
		}
		*into = bytes.Clone(r[sized:])
	case **[]byte:
		*into = new([]byte)
		return inBrief{}.read(r, *into)
	case *[]string:
		return readList(r, into)
	case *[]network.Addr:
		return readList(r, into)
	case *uint64:
		return readNumber(r, into)
	case *int:
		return readNumber(r, into)
	case *bool:
		if r[0] != briefTrue && r[0] != briefFalse {
			return fmt.Errorf("want true or false")
		}
		*into = r[0] == briefTrue
	default:
		return fmt.Errorf("want a value of another kind")
	}
	return nil
}

func readPlain[T ~string](r raw, into *T) error {
	if r[0] != briefText && r[0] != briefBytes {
		return errText
	}
	*into = T(r[sized:])
	return nil
}

func readList[T ~string](r raw, into *[]T) error {
	if r[0] != briefList {
		return fmt.Errorf("want a list of texts")
	}
	list := []T{}
	for rest := r[sized:]; len(rest) > 0; {
		size := valueSize(rest)
		if size == 0 {
			return errValue
		}
		var text T
		if err := readPlain(raw(rest[:size]), &text); err != nil {
			return err
		}
		list, rest = append(list, text), rest[size:]
	}
	*into = list
	return nil
}

func readNumber[T int | uint64](r raw, into *T) error {
	if r[0] != briefNumber {
		return fmt.Errorf("want a number")
	}
	*into = T(binary.LittleEndian.Uint64(r[form:]))
	return nil
}

func (inBrief) show(r raw) string {
	switch {
	case valueSize(r) != len(r):
	case r[0] == briefNull:
		return "null"
	case r[0] == briefNumber:
		return strconv.FormatInt(int64(binary.LittleEndian.Uint64(r[form:])), 10)
	case r[0] == briefText:
		return shown(r[sized:])
	case r[0] == briefCBOR:
		return inCBOR{}.show(r[sized:])
	}
	return fmt.Sprintf("%x", r[:min(len(r), 60)])
}

func (inBrief) pairs(r raw) ([]raw, error) {
	if r[0] != briefList {
		return nil, fmt.Errorf("want settings")
	}
	pairs, err := values(make([]raw, 0, 2*usualFields), r[sized:])
	if err != nil || len(pairs)%2 != 0 {
		return nil, errValue
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i][0] != briefText {
			return nil, errText
		}
		pairs[i] = pairs[i][sized:]
	}
	return pairs, nil
}
