//go:build !unix

package sourcecheck

// plainOnly is nothing here: Windows has no such flags.
const plainOnly = 0
