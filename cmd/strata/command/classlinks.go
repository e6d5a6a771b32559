package command

import (
	"fmt"
	"path/filepath"
	"strings"

	"strata/harness/grade/handin"
)

// classLinks sees to it that what is graded of a class is each one's own: what a submission is lies in the
// class's directory, and is no other's as well.
type classLinks struct {
	class string            // the directory that all submissions lie in
	own   map[string]string // the submission by where it is, of those to which no link leads
	seen  map[string]string // all that were looked at, likewise
}

// newClassLinks is about the submissions in dirs.
func newClassLinks(dirs []string) *classLinks {
	var class []string
	for i, dir := range dirs {
		whole, err := filepath.Abs(dir)
		if err != nil {
			whole = dir
		}
		parts := strings.Split(filepath.Dir(whole), string(filepath.Separator))
		if i == 0 {
			class = parts
		}
		same := 0
		for same < min(len(class), len(parts)) && class[same] == parts[same] {
			same++
		}
		class = class[:same]
	}
	top := strings.Join(class, string(filepath.Separator))
	if top == "" || strings.HasSuffix(top, ":") { // of a volume, or of the whole system
		top += string(filepath.Separator)
	}
	c := &classLinks{class: top, own: make(map[string]string), seen: make(map[string]string)}
	for _, dir := range dirs {
		if where, linked, err := c.place(dir); err == nil && !linked {
			c.own[where] = dir
		}
	}
	return c
}

// place is where a submission is, and whether a link below the class's directory leads there.
func (c *classLinks) place(dir string) (where string, linked bool, err error) {
	if where, err = handin.Real(dir); err != nil {
		return "", false, err
	}
	class, err := handin.Real(c.class)
	if err != nil {
		return "", false, err
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return "", false, err
	}
	rel, err := filepath.Rel(c.class, whole)
	return where, err != nil || filepath.Join(class, rel) != where, err
}

// check says why the submission is not its author's own; nil if it is.
func (c *classLinks) check(dir string) error {
	if err := handin.Within(c.class, dir); err != nil {
		return err
	}
	where, linked, err := c.place(dir)
	if err != nil {
		return err
	}
	if linked {
		for other, whose := range c.own {
			if inside(other, where) || inside(where, other) {
				return fmt.Errorf("%w to %s", handin.ErrLink, whose)
			}
		}
	}
	if other, seen := c.seen[where]; seen {
		return fmt.Errorf("is the same directory as %s", other)
	}
	c.seen[where] = dir
	return nil
}

// inside says whether the path is that of the directory, or of something in it.
func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
