//go:build !unix

package sourcecheck_test

import "errors"

// namedPipe is refused where there are none.
func namedPipe(string) error { return errors.ErrUnsupported }
