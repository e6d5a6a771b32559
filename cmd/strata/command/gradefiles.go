package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"strata/harness/grade/handin"
	"strata/harness/grade/report"
)

// gradeFiles are the files that results go to. They are opened before anything is graded: a class takes
// long, and its results are not to be lost for want of a directory.
type gradeFiles struct {
	junit, gradescope *draft
	reports           string            // directory; empty: not wanted
	names             map[string]string // of the files in it, by submission
}

// open opens the files for the submissions in dirs.
func (f gradeFlags) open(dirs []string) (files *gradeFiles, err error) {
	files = &gradeFiles{reports: f.reports}
	if f.gradescope != "" && len(dirs) > 1 {
		return nil, errors.New("--gradescope is for one submission: grade each by itself, or use --junit or --reports")
	}
	if f.reports != "" {
		files.names = reportNames(dirs)
		if err := os.MkdirAll(f.reports, 0o755); err != nil {
			return nil, fmt.Errorf("--reports: %s cannot be made: %w", f.reports, cause(err))
		}
	}
	for _, one := range []struct {
		path string
		to   **draft
	}{{f.junit, &files.junit}, {f.gradescope, &files.gradescope}} {
		if one.path == "" {
			continue
		}
		if *one.to, err = newDraft(one.path); err != nil {
			files.discard()
			return nil, err
		}
	}
	return files, nil
}

// reportNames names each submission's files after what its path has that the others' have not.
func reportNames(dirs []string) map[string]string {
	names := make(map[string]string)
	if len(dirs) == 0 {
		names[""] = "exercises"
		return names
	}
	for i, name := range handin.FileNames(dirs) {
		names[dirs[i]] = name
	}
	return names
}

// keep writes the report of one submission into the directory of reports, if there is one.
func (files *gradeFiles) keep(dir string, r report.Report) error {
	if files.reports == "" {
		return nil
	}
	for ending, write := range map[string]func(io.Writer) error{".txt": r.Render, ".json": r.JSON} {
		d, err := newDraft(filepath.Join(files.reports, files.names[dir]+ending))
		if err == nil {
			err = d.finish(write)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finish writes the files about all submissions together, and the report of the one, if it is one.
func (files *gradeFiles) finish(reports ...report.Report) error {
	var faults []error
	if files.junit != nil {
		faults = append(faults, files.junit.finish(func(w io.Writer) error { return report.JUnit(w, reports...) }))
	}
	if files.gradescope != nil && len(reports) == 1 {
		faults = append(faults, files.gradescope.finish(reports[0].Gradescope))
	}
	if len(files.names) == 1 && len(reports) == 1 {
		for dir := range files.names {
			faults = append(faults, files.keep(dir, reports[0]))
		}
	}
	return errors.Join(faults...)
}

// discard removes what was begun and not finished.
func (files *gradeFiles) discard() {
	for _, d := range []*draft{files.junit, files.gradescope} {
		if d != nil {
			d.discard()
		}
	}
}

// notADirectory says why a path is no submission; nil if it is one.
func notADirectory(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("is not there")
	case err != nil:
		return fmt.Errorf("cannot be read: %w", cause(err))
	case !info.IsDir():
		return errors.New("is not a directory")
	case strings.HasPrefix(filepath.Base(path), "."):
		return errors.New("is hidden: name it without the others to grade it")
	}
	return nil
}
