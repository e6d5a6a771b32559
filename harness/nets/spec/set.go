package spec

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// ErrKey reports a key that there is not, or a value that it cannot have: the text says what to do.
var ErrKey = errors.New("key")

// Override gives keys other values, each as `key=value`, in order. A value is written as in the file; quotes may be
// left out. Error: ErrKey.
func (f *File) Override(settings []string) error {
	for _, text := range settings {
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("%w: --set %q: want key=value, as in network.nodes=500", ErrKey, text)
		}
		if err := f.Spec.Set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return fmt.Errorf("--set %s: %w", text, err)
		}
	}
	return nil
}

// Set gives a key a value that is written as in a file, or without its quotes. Error: ErrKey.
func (s *Spec) Set(key, value string) error {
	to, err := s.field(key)
	if err != nil {
		return err
	}
	err = decodeInto(to, value)
	if err != nil {
		if quoted := decodeInto(to, strconv.Quote(value)); quoted == nil {
			return nil
		} else if !strings.ContainsAny(value, `"'[{`) && to.Kind() != reflect.Int && to.Kind() != reflect.Bool {
			err = quoted
		}
	}
	if err != nil {
		return fmt.Errorf("%w %s: %w", ErrKey, key, err)
	}
	return nil
}

// SetTo gives a key a value of TOML: a number, a text, a list. Error: ErrKey.
func (s *Spec) SetTo(key string, value any) error {
	to, err := s.field(key)
	if err != nil {
		return err
	}
	text, err := toml.Marshal(map[string]any{"v": value})
	if err == nil {
		err = decodeText(to, text)
	}
	if err != nil {
		return fmt.Errorf("%w %s: %w", ErrKey, key, err)
	}
	return nil
}

// decodeInto reads one value as it stands behind an equals sign.
func decodeInto(to reflect.Value, value string) error {
	if strings.ContainsAny(value, "\n\r") {
		return errors.New("more than one line")
	}
	return decodeText(to, []byte("v = "+value))
}

// decodeText reads `v = value`. What the value leaves out of a table stays as it was.
func decodeText(to reflect.Value, text []byte) error {
	holder := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "V", Type: to.Type(), Tag: `toml:"v"`}}))
	decoder := toml.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(holder.Interface())
	var unknown *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		key := unknown.Errors[0].Key()
		return fmt.Errorf("unknown key %q", strings.Join(key[1:], "."))
	case errors.As(err, &bad):
		return errors.New(inOurWords(bad.Error()))
	case err != nil:
		return err
	}
	to.Set(holder.Elem().Field(0))
	return nil
}

// field finds what a key stands for.
func (s *Spec) field(key string) (reflect.Value, error) {
	v, done := reflect.ValueOf(s).Elem(), "the file"
	for _, part := range strings.Split(key, ".") {
		switch {
		case v.Kind() == reflect.Slice:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= v.Len() {
				return v, fmt.Errorf(
					"%w %s: %s has %d elements, counted from 0: there is no %q",
					ErrKey,
					key,
					done,
					v.Len(),
					part,
				)
			}
			v = v.Index(i)
		case isTable(v.Type()):
			all := names(v.Type())
			if !slices.Contains(all, part) {
				return v, fmt.Errorf("%w %s: unknown key %q in %s%s", ErrKey, key, part, done, insteadOf(part, all))
			}
			v = v.FieldByIndex(keysOf(v.Type())[part].Index)
		default:
			return v, fmt.Errorf("%w %s: %s is a value and has no keys", ErrKey, key, done)
		}
		done = "[" + part + "]"
	}
	return v, nil
}

// clone is a copy that shares nothing with the original that Set could change.
func (s *Spec) clone() Spec {
	c := *s
	c.Network.Parts = slices.Clone(s.Network.Parts)
	c.Places.Classes = slices.Clone(s.Places.Classes)
	c.Miners.Shares = slices.Clone(s.Miners.Shares)
	c.Faults = slices.Clone(s.Faults)
	c.Raids = slices.Clone(s.Raids)
	c.Sweep.Axes = slices.Clone(s.Sweep.Axes)
	c.Expect = slices.Clone(s.Expect)
	c.Plots = slices.Clone(s.Plots)
	return c
}
