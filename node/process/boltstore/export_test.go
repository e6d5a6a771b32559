package boltstore

import "os"

// Seal is for tests that write a file of their own.
var Seal = seal

// Listed says whether a file has a list of its free pages.
func Listed(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	m, err := readMeta(f, info.Size())
	return m.freelist != unlisted, err
}
