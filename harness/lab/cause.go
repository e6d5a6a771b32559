package lab

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// Cause says which of Go's own rules was broken where a run panicked or took its process with it. The zero
// value is none that is known.
type Cause uint8

// The causes.
const (
	NilMap       Cause = iota + 1 // an assignment to an entry of a nil map
	NilPointer                    // a nil pointer that was followed
	IndexRange                    // an index beyond the length
	SliceRange                    // a slice beyond the capacity
	SliceLength                   // a slice of a length that cannot be
	DivideByZero                  // of integers
	DeepStack                     // a recursion without end
)

var causeNames = []string{"", "nil map", "nil pointer", "index", "slice", "length", "divide by zero", "deep stack"}

// MarshalText is encoding.TextMarshaler's.
func (c Cause) MarshalText() ([]byte, error) {
	if int(c) >= len(causeNames) {
		return nil, fmt.Errorf("lab: %d is no cause", c)
	}
	return []byte(causeNames[c]), nil
}

// UnmarshalText is encoding.TextUnmarshaler's. The error says what is no cause.
func (c *Cause) UnmarshalText(text []byte) error {
	i := slices.Index(causeNames, string(text))
	if i < 0 {
		return fmt.Errorf("lab: %q is no cause", text)
	}
	*c = Cause(i)
	return nil
}

// causes are what Go's runtime says, which has no other way to say it.
var causes = []struct {
	words string
	cause Cause
}{
	{"assignment to entry in nil map", NilMap},
	{"nil pointer dereference", NilPointer},
	{"index out of range", IndexRange},
	{"slice bounds out of range", SliceRange},
	{"len out of range", SliceLength}, // after makeslice: or makechan:
	{"cap out of range", SliceLength},
	{"integer divide by zero", DivideByZero},
}

// causeOf is the cause of a panic of that value.
func causeOf(value any) Cause {
	thrown, ok := value.(runtime.Error)
	if !ok {
		return 0
	}
	for _, known := range causes {
		if strings.Contains(thrown.Error(), known.words) {
			return known.cause
		}
	}
	return 0
}
