package pipe

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"

	"strata/harness/course/steps"
	"strata/scenario"
)

// Fingerprint is the same in a grader and a child that mean the same by what they say to each other: they have the
// same steps, the same of these scenarios, with the same rules, faults and times, and the same messages. What a check
// looks at is the child's alone, and no part of it.
func Fingerprint(scenarios []scenario.Scenario) string { return fingerprint(scenarios, steps.List) }

func fingerprint(scenarios []scenario.Scenario, list []steps.Step) string {
	h := sha256.New()
	for _, s := range scenarios {
		s.Setup = nil // a function has no value that two programs could compare
		fmt.Fprintf(h, "%+v\n", s)
	}
	for _, s := range list {
		fmt.Fprintf(h, "%+v\n", s)
	}
	seen := make(map[reflect.Type]bool)
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		shape(h, kinds[name], seen)
	}
	for _, of := range []any{Hello{}, wire{}} {
		shape(h, reflect.TypeOf(of), seen)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// shape writes a type with all that it is made of, each once.
func shape(w io.Writer, of reflect.Type, seen map[reflect.Type]bool) {
	if seen[of] {
		return
	}
	seen[of] = true
	fmt.Fprintf(w, "%s %s\n", of, of.Kind())
	switch of.Kind() {
	case reflect.Struct:
		for i := range of.NumField() {
			f := of.Field(i)
			fmt.Fprintf(w, "%s %s %q\n", f.Name, f.Type, f.Tag)
			shape(w, f.Type, seen)
		}
	case reflect.Map:
		shape(w, of.Key(), seen)
		shape(w, of.Elem(), seen)
	case reflect.Array, reflect.Pointer, reflect.Slice:
		shape(w, of.Elem(), seen)
	}
}
