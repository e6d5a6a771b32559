// Package desk makes and finds a student's own directory: exercises, what a repository needs, and nothing of the
// workshop's. A file in it, desk.toml, says which workshop the exercises are of.
package desk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// marker is the file that makes a directory a desk.
const marker = "desk.toml"

// ErrNone reports a directory outside of any desk.
var ErrNone = errors.New("not in a directory that strata new has made")

// Desk is a student's own directory.
type Desk struct {
	Dir    string // absolute
	From   Origin
	Course Course
}

// Course is what a course says of its desks. The zero value says nothing.
type Course struct {
	Layers  []string `toml:"layers"`   // that are graded if nobody names others; empty: all
	NoHints bool     `toml:"no-hints"` // strata gives none
}

// Origin says which workshop the exercises of a desk are of.
type Origin struct {
	Workshop string `toml:"workshop"` // digest of its archive
	Version  string `toml:"version"`  // of the strata that made the desk
	Kit      string `toml:"kit"`      // whose language the layers are in; empty: Go
}

// Find is the desk that start lies in; an empty start is the working directory. Errors: ErrNone, and that of a
// desk.toml that makes no sense.
func Find(start string) (Desk, error) {
	dir, err := filepath.Abs(start)
	if err != nil {
		return Desk{}, err
	}
	for at := dir; ; at = filepath.Dir(at) {
		d := Desk{Dir: at}
		text, err := os.ReadFile(filepath.Join(at, marker))
		switch {
		case err == nil:
			if err := errors.Join(toml.Unmarshal(text, &d.From), toml.Unmarshal(text, &d.Course)); err != nil {
				return d, fmt.Errorf("%s: %w; strata new makes such a file: take one of its",
					filepath.Join(at, marker), err)
			}
			return d, nil
		case !errors.Is(err, fs.ErrNotExist):
			return d, err
		case at == filepath.Dir(at):
			return d, fmt.Errorf("%w: neither %s nor a directory above it has a %s", ErrNone, dir, marker)
		}
	}
}

// Differs says how the workshop of this command differs from that of the exercises; empty if it does not.
func (d Desk) Differs(now Origin) string {
	if d.From.Workshop == now.Workshop {
		return ""
	}
	return fmt.Sprintf("the exercises here come from the workshop %.12s (strata %s), and this strata, %s, grades with "+
		"its own, %.12s: its checks count. Its skeletons may differ as well: strata new makes fresh ones elsewhere. "+
		"Once yours are as they should be, write workshop = %q into %s",
		d.From.Workshop, d.From.Version, now.Version, now.Workshop, now.Workshop, filepath.Join(d.Dir, marker))
}

// workspace is the file that leads editors to the contracts.
const workspace = "go.work"

// ours begins each such file of ours.
const ours = "// Written by strata, for editors and go vet: where this machine has the workshop. Keep it out of git.\n"

// Link leads editors and `go vet` to the contracts of the workshop at root, by a go.work. It leaves alone one
// that somebody else has written. Layers in other languages have no use for it.
func (d Desk) Link(root string) error {
	if d.From.Kit != "" {
		return nil
	}
	file := filepath.Join(d.Dir, workspace)
	text := fmt.Sprintf("%s\ngo %s\n\nuse (\n\t.\n\t%q\n)\n", ours, goVersion, root)
	old, err := os.ReadFile(file)
	switch {
	case err == nil && (string(old) == text || !strings.HasPrefix(string(old), ours)):
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
