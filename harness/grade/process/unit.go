package process

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/handin"
)

// The packages that are compiled again when a layer shows something else of itself than before: nobody else sees it.
const (
	submission   = "strata/harness/grade/submission"
	childPackage = "strata/harness/grade/child"
)

// laidOver is the package in whose place a layer is built.
func laidOver(layer string) string { return "strata/exercises/" + layer }

// unit is a package that is compiled without go build.
type unit struct {
	path  string
	dir   string
	files []string          // in dir
	needs []string          // packages on whose exports it depends
	salt  [sha256.Size]byte // of its own text, if that is not the workshop's
	of    [sha256.Size]byte
}

// name is what the compiler calls the package.
func (u unit) name() string {
	if u.path == childPackage || u.path == onePackage {
		return "main"
	}
	return u.path
}

// layerOf is a layer whose checked files lie in a directory.
func layerOf(l *handin.Layer, dir string) unit {
	sum := sha256.New()
	u := unit{path: laidOver(l.Name), dir: dir, files: slices.Sorted(maps.Keys(l.Check.Sources))}
	for _, name := range u.files {
		fmt.Fprintf(sum, "%q %d\n", name, len(l.Check.Sources[name]))
		sum.Write(l.Check.Sources[name])
	}
	u.of = [sha256.Size]byte(sum.Sum(nil))
	return u
}

// above are the packages between the layers and the linker, in the order in which they are compiled: those of a program
// that has one layer alone, if there is such a one for it.
func (r *recipe) above(layer, dir string) ([]unit, error) {
	if !isOne(layer) {
		return r.thin(), nil
	}
	u, err := one(layer, dir)
	return []unit{u}, err
}

// thin are those of the child.
func (r *recipe) thin() []unit {
	var layers []string
	for _, layer := range steps.Written {
		layers = append(layers, laidOver(layer))
	}
	at := filepath.Join(r.root, "harness", "grade")
	return []unit{
		{path: submission, dir: filepath.Join(at, "submission"), files: []string{"electives.go", "submission.go"}, needs: layers},
		{path: childPackage, dir: filepath.Join(at, "child"), files: []string{"main.go"}, needs: []string{submission}},
	}
}

// after says what the package is made of, once those are compiled that it needs.
func (u *unit) after(archives map[string]string) error {
	sum := sha256.New()
	sum.Write(u.salt[:])
	for _, path := range u.needs {
		shown, err := exportsIn(archives[path])
		if err != nil {
			return err
		}
		sum.Write(shown)
	}
	u.of = [sha256.Size]byte(sum.Sum(nil))
	return nil
}

// exportsIn is what an archive has for those who import it: its first entry.
func exportsIn(archive string) ([]byte, error) {
	const magic, entry = "!<arch>\n", "__.PKGDEF"
	text, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	var size int
	if len(text) < len(magic)+60 || !strings.HasPrefix(string(text[:len(magic)+len(entry)]), magic+entry) {
		return nil, errTool
	}
	text = text[len(magic):]
	if _, err := fmt.Sscanf(string(text[48:58]), "%d", &size); err != nil || size < 0 || size > len(text)-60 {
		return nil, errTool
	}
	return text[60 : 60+size], nil
}
