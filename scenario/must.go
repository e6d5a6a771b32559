package scenario

import "fmt"

// Must panics with an error that would be a slip of a suite, such as a bad setting, or of what it stands
// on: it then shows on the stack trace.
func Must(err error) {
	if err != nil {
		panic(fmt.Errorf("scenario: %w", err))
	}
}

// Complete is a config with its defaults. A suite's configs are right, so that it panics with an error.
func Complete[C interface{ Complete() (C, error) }](cfg C) C {
	full, err := cfg.Complete()
	Must(err)
	return full
}

// NoError fails the promise if what has an error. what is a call: "Broadcast".
func NoError(w World, c Clause, what string, err error) {
	if err != nil {
		w.Fail(c, "expected that %s returns no error, got %v", what, err)
	}
}

// Expect fails the promise if the check has an error.
func Expect(w World, c Clause, err error) {
	if err != nil {
		w.Fail(c, "%v", err)
	}
}
