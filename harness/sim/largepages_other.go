//go:build !linux

package sim

// reserve does nothing here: see the file for Linux.
func reserve(uint64) {}
