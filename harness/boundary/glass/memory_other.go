//go:build !linux

package glass

func newMemory(uint64) (memory, error) { return &copied{}, nil }
