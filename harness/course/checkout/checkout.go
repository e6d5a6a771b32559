// Package checkout finds the workshop's tree and reads texts from it, whatever line ends a checkout
// has given them.
package checkout

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// ErrNone reports a directory outside of the checkout.
var ErrNone = errors.New("not in the workshop")

// moduleLine is the line of go.mod that makes it ours.
var moduleLine = regexp.MustCompile(`(?m)^module\s+strata\s*(//.*)?$`)

// Is says whether the directory is the root of the checkout.
func Is(dir string) bool {
	text, err := fs.ReadFile(os.DirFS(dir), "go.mod")
	return err == nil && moduleLine.Match(LF(text))
}

// Find is the absolute path of the workshop's root, which is start or the nearest directory above it; an
// empty start is the working directory. Error: ErrNone.
func Find(start string) (string, error) {
	dir, err := filepath.Abs(start)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if Is(at) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%w: neither %s nor a directory above it has a go.mod of module strata", ErrNone, dir)
		}
	}
}

// LF is the text with each CR LF, as Windows ends lines, written as LF. It may be the text itself.
func LF(text []byte) []byte {
	if !bytes.Contains(text, []byte("\r\n")) {
		return text
	}
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
}

// Read is fs.ReadFile for a text of the workshop: its lines end as they were written.
func Read(tree fs.FS, name string) (string, error) {
	text, err := fs.ReadFile(tree, name)
	return string(LF(text)), err
}
