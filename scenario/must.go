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

// Expect fails the rule if the check has an error.
func Expect(w World, rule string, err error) {
	if err != nil {
		w.Fail(rule, "%v", err)
	}
}
