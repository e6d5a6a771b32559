package handin

import (
	"errors"
	"fmt"
	"path/filepath"
)

// ErrLink reports a submission that is a link to what somebody else has, such as the solutions.
var ErrLink = errors.New("is a link")

// Within says whether dir, when all links on the way are followed, lies in the directory class. The error wraps
// ErrLink if it does not; it is that of the file system if one of the two cannot be looked at.
func Within(class, dir string) error {
	where, err := Real(dir)
	if err != nil {
		return err
	}
	from, err := Real(class)
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(from, where); err != nil || !filepath.IsLocal(rel) {
		return fmt.Errorf("%w that leads out of %s, to %s; if that is what you mean, name it instead", ErrLink, class,
			where)
	}
	return nil
}

// Real is where a directory is, when all links on the way are followed.
func Real(dir string) (string, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(whole)
}
