//go:build !unix

package plainfile

// Windows has no such flags.
const plainOnly, directoryOnly = 0, 0
