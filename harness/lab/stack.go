package lab

import (
	"fmt"
	"runtime"
	"strings"
)

// Theirs is what the packages of students' layers are under.
const Theirs = "strata/exercises/"

// ours is what the packages of our own layers are under.
const ours = "strata/solutions/"

// Frame finds, in the text of a Go stack, the topmost frame in a student's layer, else in a
// reference layer, as "path/file.go:line" from the module's root; empty if there is none.
func Frame(stack string) string {
	if f := frameOf(stack, Theirs); f != "" {
		return f
	}
	return frameOf(stack, ours)
}

// frameOf finds the first call of a function of a package under prefix; the line after a call
// has its file.
func frameOf(stack, prefix string) string {
	for _, c := range callsOf(stack, prefix) {
		return c.At
	}
	return ""
}

// Call is one call on a stack: of a function of a layer.
type Call struct {
	Func string // as the stack has it, with its arguments
	At   string // "path/file.go:line" from the module's root
}

// Calls are the calls of functions of layers in the text of a Go stack, the innermost first.
func Calls(stack string) []Call {
	return callsOf(stack, Theirs, ours)
}

// callsOf are the calls of functions of packages under the prefixes.
func callsOf(stack string, prefixes ...string) (calls []Call) {
	lines := strings.Split(stack, "\n")
	for i, line := range lines[:len(lines)-1] {
		for _, prefix := range prefixes {
			if !strings.HasPrefix(line, prefix) {
				continue
			}
			file := strings.TrimSpace(lines[i+1])
			if end := strings.LastIndex(file, " +0x"); end >= 0 {
				file = file[:end]
			}
			dir := strings.TrimPrefix(prefix, "strata/")
			if at := strings.LastIndex(file, "/"+dir); at >= 0 {
				calls = append(calls, Call{Func: line, At: file[at+1:]})
			}
		}
	}
	return calls
}

// Caller is Frame of the running goroutine, but only in packages under prefix, such as
// "strata/exercises/".
func Caller(prefix string) string {
	for _, c := range Callers(prefix, 1) {
		return c.At
	}
	return ""
}

// Layer names the layer whose code is innermost on the running goroutine; empty if none is.
func Layer() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		for _, prefix := range []string{Theirs, ours} {
			if rest, ok := strings.CutPrefix(f.Function, prefix); ok {
				layer, _, _ := strings.Cut(rest, ".")
				return layer
			}
		}
		if !more {
			return ""
		}
	}
}

// Callers are the calls of functions under the prefix on the running goroutine, the innermost first: most at most.
func Callers(prefix string, most int) (calls []Call) {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, prefix) {
			if at := strings.LastIndex(f.File, "/"+strings.TrimPrefix(prefix, "strata/")); at >= 0 {
				calls = append(calls, Call{Func: f.Function, At: fmt.Sprintf("%s:%d", f.File[at+1:], f.Line)})
			}
		}
		if !more || len(calls) == most {
			return calls
		}
	}
}
