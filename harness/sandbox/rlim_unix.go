//go:build unix && !freebsd && !dragonfly

package sandbox

// rlim is a limit as the system takes it.
func rlim(most uint64) uint64 { return most }
