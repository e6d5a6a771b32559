package wallet

import (
	"fmt"
	"io"
	"os"

	"strata/node/process/atomicfile"
)

// maxFile bounds what is read of a file that may be anything.
const maxFile = 64 << 10

// Create writes a keystore to a new file that its owner alone may read, whole or not at all.
// Errors: those of atomicfile.Create.
func Create(path string, k Keystore) error { return atomicfile.Create(path, k.Text()) }

// Read reads a keystore's file. Errors: wraps ErrMalformed; or the system's. Both name the file.
func Read(path string) (Keystore, error) {
	text, err := readFile(path)
	if err != nil {
		return Keystore{}, err
	}
	k, err := Parse(text)
	if err != nil {
		return Keystore{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// readFile reads a file of at most maxFile bytes.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s: %w: over %d bytes", path, ErrMalformed, maxFile)
	}
	return text, err
}
