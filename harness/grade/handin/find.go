package handin

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/plainfile"
)

// Found is where the layers of a hand-in lie.
type Found struct {
	Dir   string   // has a directory for each layer, or is what was named, if nothing was found
	Notes []string // what was taken, and what was passed over
}

// ErrSeveral reports a hand-in with several places that could be meant.
var ErrSeveral = errors.New("holds layers in several places")

// ErrTooLarge reports a hand-in with more directories than anybody needs.
var ErrTooLarge = errors.New("has too many directories")

// How far is looked for layers: archives unpack into a directory, learning platforms put one around it, and
// in a clone the exercises are one further down.
const (
	maxDepth = 4
	maxDirs  = 2000
	maxNames = 5000 // that are read of one directory
)

// Find finds the layers in what was handed in: the exercises themselves, a clone of the workshop, the
// directory that an archive unpacks to, a folder of a learning platform, several of these around each
// other. Nothing is chosen silently: Notes say what was taken if it is not dir, and the error wraps
// ErrSeveral if two places could be meant, ErrLink if dir is a link that leaves the directory in which it
// lies. No other link is followed.
func Find(dir string) (Found, error) {
	whole, err := filepath.Abs(dir)
	if err == nil {
		err = Within(filepath.Dir(whole), whole)
	}
	if err != nil {
		return Found{Dir: dir}, err
	}
	s := &search{archives: make(map[string]bool)}
	if err := s.look(dir, 0); err != nil {
		return Found{Dir: dir}, err
	}
	f := Found{Dir: dir, Notes: s.notes}
	switch len(s.places) {
	case 0:
		f.Notes = append(f.Notes, s.nothing(dir)...)
	case 1:
		if f.Dir = s.places[0]; f.Dir != dir {
			f.Notes = append([]string{"taken: " + Shown(f.Dir)}, f.Notes...)
		}
	default:
		var names []string
		for _, place := range s.places[:min(4, len(s.places))] {
			names = append(names, Shown(place))
		}
		if more := len(s.places) - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		return f, fmt.Errorf("%w: %s; name the one to grade, or each of them", ErrSeveral, strings.Join(names, ", "))
	}
	return f, nil
}

// search is a search for layers.
type search struct {
	places   []string
	notes    []string
	archives map[string]bool // that lie about packed
	dirs     int
}

// leftOut are directories that nobody writes layers in.
var leftOut = []string{"__MACOSX", "node_modules", "vendor", "testdata"}

// ignored says whether a name is nobody's own.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || slices.Contains(leftOut, name)
}

// look looks at one directory and, unless layers are in it, at those below.
func (s *search) look(dir string, depth int) error {
	if s.dirs++; s.dirs > maxDirs {
		return fmt.Errorf("%w: more than %d", ErrTooLarge, maxDirs)
	}
	entries, err := plainfile.List(dir, maxNames)
	if err != nil {
		if depth == 0 {
			return err
		}
		s.notes = append(s.notes, fmt.Sprintf("%s was not looked into: %v", Shown(dir), reason(err)))
		return nil
	}
	var below []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.Type()&fs.ModeSymlink != 0 && !ignored(name) && !slices.Contains(steps.Layers, name):
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.IsDir() {
				s.notes = append(s.notes, fmt.Sprintf("%s is a link, which was not followed",
					Shown(filepath.Join(dir, name))))
			}
		case packed(name):
			s.archives[filepath.Join(dir, name)] = true
		case e.IsDir() && !ignored(name):
			below = append(below, name)
		}
	}
	for _, name := range below {
		if strings.EqualFold(name, "exercises") && hasLayers(filepath.Join(dir, name)) {
			s.places = append(s.places, filepath.Join(dir, name)) // what is beside it is the workshop's own
			return nil
		}
	}
	switch {
	case isWorkshop(dir):
		s.notes = append(s.notes, fmt.Sprintf("%s is the workshop, but its exercises directory holds no layers",
			Shown(dir)))
		return nil
	case hasLayers(dir):
		s.places = append(s.places, dir)
		return nil
	case depth == maxDepth:
		return nil
	}
	for _, name := range below {
		if err := s.look(filepath.Join(dir, name), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// reason is what went wrong, without the path.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// hasLayers says whether a directory has one for a layer, with Go in it. A link in a layer's place counts:
// the check of sources says what is wrong with it.
func hasLayers(dir string) bool {
	for _, layer := range steps.Layers {
		path := filepath.Join(dir, layer)
		info, err := os.Lstat(path)
		switch {
		case err != nil:
		case info.Mode()&fs.ModeSymlink != 0:
			return true
		case info.IsDir():
			entries, _ := plainfile.List(path, maxNames)
			for _, e := range entries {
				if ext := filepath.Ext(e.Name()); ext == ".go" || ext == ".s" {
					return true
				}
			}
		}
	}
	return false
}

// isWorkshop says whether a directory is the root of the workshop: its layers are the contracts.
func isWorkshop(dir string) bool {
	text, err := plainfile.Read(filepath.Join(dir, "go.mod"), 64<<10)
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("module strata")) {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, "harness", "grade"))
	return err == nil && info.IsDir()
}

// packed says whether a file is an archive, by its name.
func packed(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".7z", ".rar"},
		func(ext string) bool { return strings.HasSuffix(name, ext) })
}

// nothing says what there is instead of layers.
func (s *search) nothing(dir string) []string {
	for name := range s.archives {
		if len(s.archives) == 1 {
			return []string{Shown(name) + " is packed: unpack it, and grade what comes out"}
		}
		return []string{fmt.Sprintf("%s has %d archives: unpack them, and grade what comes out", Shown(dir),
			len(s.archives))}
	}
	return nil
}
