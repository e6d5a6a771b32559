package boundary

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"strata/network"
)

func (inCBOR) parse(b []byte) (m message, err error) {
	err = eachField(b, func(name, value raw) error {
		var err error
		switch string(name) {
		case "call":
			m.call, err = readName(value)
		case "on":
			err = readCBOR(value, &m.on)
		case "args":
			m.got, err = items(value)
		case "return":
			m.ret = value
		case "error":
			err = readCBOR(value, &m.failure)
		case "crash":
			m.crash, err = readCrash(value)
		}
		if err != nil {
			return fmt.Errorf("%q of a message is %s: %w", name, inCBOR{}.show(value), err)
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	if m.setKind(); m.kind == isNothing {
		return m, fmt.Errorf("%s is neither a call nor an answer", inCBOR{}.show(b))
	}
	return m, nil
}

// eachField goes over a map with texts for keys, and nothing behind it.
func eachField(b raw, do func(name, value raw) error) error {
	major, n, rest, err := head(b)
	if err != nil || major != cborMap || n > uint64(len(rest)) {
		return errCBOR
	}
	for range n {
		var name, value raw
		major, size, text, err := head(rest)
		if err != nil || size > uint64(len(text)) {
			return errCBOR
		}
		if major != cborText && major != cborBytes {
			return errText
		}
		name, rest = raw(text[:size]), text[size:]
		if value, rest, err = next(rest, 0); err != nil {
			return err
		}
		if err := do(name, value); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("there are %d bytes behind it", len(rest))
	}
	return nil
}

func (inCBOR) pairs(b raw) ([]raw, error) {
	pairs := make([]raw, 0, 2*usualFields)
	err := eachField(b, func(name, value raw) error {
		pairs = append(pairs, name, value)
		return nil
	})
	return pairs, err
}

// usualFields is how many settings layers have at most.
const usualFields = 10

// errText reports what is no text.
var errText = errors.New("want a text")

// readName reads the name of a method.
func readName(r raw) (string, error) {
	major, n, rest, err := head(r)
	if err != nil || major != cborText && major != cborBytes || n > uint64(len(rest)) {
		return "", errText
	}
	return string(rest[:n]), nil
}

// items are those of an array.
func items(r raw) ([]raw, error) {
	major, n, rest, err := head(r)
	if err != nil || major != cborArray || n > uint64(len(rest)) {
		return nil, fmt.Errorf("want an array")
	}
	list := make([]raw, n)
	for i := range list {
		if list[i], rest, err = next(rest, 0); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (inCBOR) read(r raw, into any) error { return readCBOR(r, into) }

func (inCBOR) show(r raw) string {
	if _, n, rest, err := head(r); err == nil && r[0]>>5 == cborText && n <= uint64(len(rest)) {
		return shown(rest[:n])
	}
	return fmt.Sprintf("%x", r[:min(len(r), 60)])
}

// readCBOR reads an item into what a pointer points at: null is the zero value.
func readCBOR(r raw, into any) error {
	major, n, rest, err := head(r)
	if err != nil {
		return err
	}
	if r[0] == cborNull {
		return null(into)
	}
	switch into := into.(type) {
	case *string:
		return readText(major, n, rest, into)
	case *network.Addr:
		return readText(major, n, rest, into)
	case *[]byte:
		if major != cborBytes || n > uint64(len(rest)) {
			return fmt.Errorf("want bytes")
		}
		*into = bytes.Clone(rest[:n])
	case **[]byte:
		*into = new([]byte)
		return readCBOR(r, *into)
	case *uint64:
		if major != cborUint {
			return fmt.Errorf("want a number, 0 or more")
		}
		*into = n
	case *int:
		return readInt(major, n, into)
	case *bool:
		if r[0] != cborTrue && r[0] != cborFalse {
			return fmt.Errorf("want true or false")
		}
		*into = r[0] == cborTrue
	default:
		return readComposed(r, into)
	}
	return nil
}

// null sets what is absent.
func null(into any) error {
	switch into := into.(type) {
	case *[]byte:
		*into = nil
	case **[]byte:
		*into = nil
	case **failure:
		*into = nil
	case *[]string:
		*into = nil
	case *[]network.Addr:
		*into = nil
	case *map[string]any:
		*into = nil
	default:
		return fmt.Errorf("it is null")
	}
	return nil
}

func readText[T ~string](major byte, n uint64, rest []byte, into *T) error {
	if major != cborText && major != cborBytes || n > uint64(len(rest)) {
		return errText
	}
	*into = T(rest[:n])
	return nil
}

func readInt(major byte, n uint64, into *int) error {
	switch {
	case major == cborUint && n <= math.MaxInt:
		*into = int(n)
	case major == cborNegative && n <= math.MaxInt:
		*into = -1 - int(n)
	default:
		return fmt.Errorf("want a number")
	}
	return nil
}

// readComposed is readCBOR for what has parts.
func readComposed(r raw, into any) error {
	switch into := into.(type) {
	case *[]string:
		return readTexts(r, into)
	case *[]network.Addr:
		return readTexts(r, into)
	case *map[string]any:
		return readValues(r, into)
	case **failure:
		f := &failure{}
		*into = f
		return eachField(r, func(name, value raw) error {
			switch string(name) {
			case "name":
				return readCBOR(value, &f.Name)
			case "text":
				return readCBOR(value, &f.Text)
			case "ref":
				return readCBOR(value, &f.Ref)
			}
			return nil
		})
	}
	return fmt.Errorf("no such value can be read: %T", into)
}

func readTexts[T ~string](r raw, into *[]T) error {
	list, err := items(r)
	if err != nil {
		return err
	}
	*into = make([]T, len(list))
	for i, item := range list {
		major, n, rest, _ := head(item)
		if err := readText(major, n, rest, &(*into)[i]); err != nil {
			return err
		}
	}
	return nil
}

// readValues reads a map of texts, numbers, and whether something is so.
func readValues(r raw, into *map[string]any) error {
	pairs, err := inCBOR{}.pairs(r)
	if err != nil {
		return err
	}
	*into = make(map[string]any, len(pairs)/2)
	for ; len(pairs) > 0; pairs = pairs[2:] {
		name, item := string(pairs[0]), pairs[1]
		major, n, rest, _ := head(item)
		switch {
		case major == cborUint:
			(*into)[name] = n
		case major == cborNegative:
			(*into)[name] = -1 - int64(n)
		case item[0] == cborFloat:
			(*into)[name] = math.Float64frombits(n)
		case item[0] == cborTrue, item[0] == cborFalse:
			(*into)[name] = item[0] == cborTrue
		default:
			var text string
			if err := readText(major, n, rest, &text); err != nil {
				return err
			}
			(*into)[name] = text
		}
	}
	return nil
}

// readCrash reads what a call panicked with.
func readCrash(r raw) (*Crash, error) {
	c := &Crash{}
	return c, eachField(r, func(name, value raw) error {
		switch string(name) {
		case "text":
			return readCBOR(value, &c.Text)
		case "trace":
			return readCBOR(value, &c.Trace)
		case "step":
			return readCBOR(value, &c.Step)
		}
		return nil
	})
}
