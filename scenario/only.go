package scenario

import (
	"reflect"
	"slices"

	"strata/network"
)

// sentinels are the errors by which a caller of layer 1 knows what to do.
var sentinels = []error{network.ErrClosed, network.ErrFrameTooBig, network.ErrSlowPeer, network.ErrRefused}

// Only says whether err is want, or carries it, and neither another error of layer 1 nor one of the
// others: one that is everything tells nothing. Nil is only nil. See Carried.
func Only(err, want error, others ...error) bool {
	if err == nil || want == nil {
		return err == nil && want == nil
	}
	found := Carried(err, slices.Concat([]error{want}, sentinels, others)...)
	return len(found) == 1 && found[0] == want
}

// The most that is looked at of one error.
const (
	carriedDepth = 32
	carriedParts = 1000
)

// Carried lists those of the named errors that err is, or carries: in what fmt.Errorf made of %w, in what
// errors.Join made, or in a field of a type of its own that holds an error. It calls no method of err, be it
// Is, Unwrap or Error: that is code of those who are judged, and may say what is wanted.
func Carried(err error, named ...error) []error {
	if err == nil {
		return nil
	}
	s := &search{named: named, seen: make(map[uintptr]bool)}
	s.look(reflect.ValueOf(err), carriedDepth)
	return s.found
}

// search looks for named errors.
type search struct {
	named, found []error
	seen         map[uintptr]bool
	parts        int
}

var errorType = reflect.TypeFor[error]()

// look looks at a value that is an error, or holds one.
func (s *search) look(v reflect.Value, depth int) {
	if s.parts++; depth == 0 || s.parts > carriedParts {
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			s.look(v.Elem(), depth-1)
		}
	case reflect.Pointer:
		if v.IsNil() || s.seen[v.Pointer()] {
			return
		}
		s.seen[v.Pointer()] = true
		if !s.take(v) {
			s.look(v.Elem(), depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if holdsErrors(v.Type().Field(i).Type) {
				s.look(v.Field(i), depth-1)
			}
		}
	case reflect.Slice, reflect.Array:
		if holdsErrors(v.Type().Elem()) {
			for i := range v.Len() {
				s.look(v.Index(i), depth-1)
			}
		}
	}
}

// take notes a named error.
func (s *search) take(v reflect.Value) bool {
	at := v.Pointer()
	for _, one := range s.named {
		if o := reflect.ValueOf(one); o.Kind() == reflect.Pointer && o.Pointer() == at && o.Type() == v.Type() {
			if !slices.Contains(s.found, one) {
				s.found = append(s.found, one)
			}
			return true
		}
	}
	return false
}

// holdsErrors says whether a field of the type may hold an error.
func holdsErrors(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return holdsErrors(t.Elem())
	}
	return t.Implements(errorType) || reflect.PointerTo(t).Implements(errorType)
}
