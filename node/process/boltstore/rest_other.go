//go:build !linux

package boltstore

// Rest leaves the memory that the file is mapped into to the system.
func (s *Store) Rest() {}
