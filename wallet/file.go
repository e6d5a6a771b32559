package wallet

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"strata/node/process/atomicfile"
)

// maxFile bounds what is read of a file that may be anything.
const maxFile = 64 << 10

// byteOrderMark is what some editors begin a text of UTF-8 with.
const byteOrderMark = "\xef\xbb\xbf"

// Create writes a keystore to a new file that its owner alone may read, whole or not at all.
// Errors: those of atomicfile.Create.
func Create(path string, k Keystore) error { return atomicfile.Create(path, k.Text()) }

// Replace writes a keystore in the place of another, whole or not at all. Errors: those of atomicfile.Replace.
func Replace(path string, k Keystore) error { return atomicfile.Replace(path, k.Text()) }

// Read reads a keystore's file. Errors: wraps ErrMalformed; or the system's. Both name the file.
func Read(path string) (Keystore, error) {
	text, err := readFile(path, maxFile)
	if err != nil {
		return Keystore{}, err
	}
	k, err := Parse(text)
	if err != nil {
		return Keystore{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// readFile reads a file of at most so many bytes. A byte order mark, which some editors put first, is
// none of them.
func readFile(path string, most int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("%s: %w: over %d bytes", path, ErrMalformed, most)
	}
	return bytes.TrimPrefix(text, []byte(byteOrderMark)), err
}
