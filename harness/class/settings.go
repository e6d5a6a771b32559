package class

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/farm"
)

// Settings are what a result is made of, beside the hand-in.
type Settings struct {
	Suite   string // digest of the workshop: see SuiteOf
	Seeds   int
	First   uint64        // the seeds count from here
	Layers  []string      `json:",omitempty"` // empty: all
	Steps   []string      `json:",omitempty"`
	Sealed  bool          `json:",omitempty"` // the layers run as WebAssembly
	Timeout time.Duration // of one run
	Budget  time.Duration // of a layer; 0: the grader's own

	Scenarios string `json:",omitempty"` // digest of those that the instructor adds; empty: none
}

// key is that of a hand-in's result.
func (s Settings) key(digest string) farm.Key {
	text, err := json.Marshal(s)
	if err != nil {
		panic("class: settings are plain values: " + err.Error())
	}
	return farm.KeyOf([]byte("class 1"), text, []byte(digest))
}

// apart are directories of the harness that no grade depends on.
var apart = []string{"testdata", "harness/class", "harness/farm", "harness/live", "harness/nets", "harness/proof"}

// SuiteOf is the digest of all that a grade depends on in the workshop at root: the contracts with their suites, the
// solutions that layers run between, the harness, and the rules.
func SuiteOf(root string) (string, error) {
	sum := sha256.New()
	rooms := append(slices.Clone(steps.Layers), "docs/protocol.md", "go.mod", "harness", "ledgers", "scenario", "solutions")
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			if slices.Contains(apart, name) || slices.Contains(apart, d.Name()) {
				return fs.SkipDir
			}
			if !d.Type().IsRegular() || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(d.Name(), ".") {
				return nil
			}
			text, err := os.ReadFile(path)
			fmt.Fprintf(sum, "%q %d\n", name, len(text))
			sum.Write(text)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("class: %w", err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// writeFile writes a file that is there as a whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("class: %w", err)
	}
	err = write(temp)
	if err == nil {
		err = temp.Chmod(0o644)
	}
	if closing := temp.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
		return fmt.Errorf("class: %s cannot be written: %w; what was graded before is kept", path, err)
	}
	return nil
}
