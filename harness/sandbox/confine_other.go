//go:build unix && !linux

package sandbox

import "errors"

// bwrap is nowhere: bubblewrap is of Linux.
var bwrap = func() string { return "" }

// wrapped is never called.
func wrapped(o order) []string { return o.Args }

// resolved is the path as it is.
func resolved(path string) string { return path }

// confine has nothing to do it with.
func confine(order) error { return errors.ErrUnsupported }
