// Package kits makes the skeletons of the kits: the workshop's layers in other languages. A kit has its reference in
// kits/<name>/reference, and what students fill in in kits/<name>/workshop. The latter is made of the former, as
// exercises is of solutions, by markers in comments. All markers stand at the end of a function's body.
package kits

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// Kit is one language.
type Kit struct {
	Name     string   // of its directory in kits
	Language string   // as people call it
	Program  string   // that runs it
	Wants    string   // what that program has to be
	args     []string // before the name of a directory of layers

	Ext     string // of its source files
	comment string // that begins a comment
	missing string // the statement that says that a step is not written
}

// All lists the kits.
var All = []Kit{
	{Name: "python", Language: "Python", Program: "python3", Wants: "Python 3.10 or later", args: []string{"-m"},
		Ext: ".py", comment: "#", missing: "raise NotWritten(%q)"},
	{Name: "typescript", Language: "TypeScript", Program: "node", Wants: "Node 22.18 or later", args: []string{"strata.js"},
		Ext: ".ts", comment: "//", missing: "throw new NotWritten(%q);"},
}

// Command runs the layers in a directory of the kit, such as workshop, from that of the kit.
func (k Kit) Command(layers string) []string {
	return slices.Concat([]string{k.Program}, k.args, []string{layers})
}

// Named is the kit of that name, and whether there is one.
func Named(name string) (Kit, bool) {
	for _, kit := range All {
		if kit.Name == name {
			return kit, true
		}
	}
	return Kit{}, false
}

// Names lists the kits' names.
func Names() (all []string) {
	for _, kit := range All {
		all = append(all, kit.Name)
	}
	return all
}

// Fresh is what students get of the kit in the workshop at root: the skeleton, and what it needs to run. Keys are
// slash-separated paths from the kit's directory. The error is of the file system.
func (k Kit) Fresh(root fs.FS) (map[string][]byte, error) {
	all := map[string][]byte{}
	at := path.Join("kits", k.Name)
	err := fs.WalkDir(root, at, func(name string, d fs.DirEntry, err error) error {
		short := strings.TrimPrefix(name, at+"/")
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(kept, short), d.IsDir() && d.Name() == "__pycache__":
			return fs.SkipDir
		case !d.Type().IsRegular() || short == "README.md":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		all[short] = checkout.LF(text)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("kits: %w", err)
	}
	return all, nil
}

// kept are the directories of a kit that students do not get.
var kept = []string{"reference", "mutants", "node_modules"}

// Generate makes the skeletons of all kits. Keys are slash-separated paths from root. The error names the file and
// the line of a marker out of place, or is of the file system.
func Generate(root string) (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, kit := range All {
		from := filepath.Join(root, "kits", kit.Name, "reference")
		entries, err := os.ReadDir(from)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a workshop without this kit
		}
		if err != nil {
			return nil, fmt.Errorf("kits: %w", err)
		}
		for _, e := range entries {
			if e.IsDir() || path.Ext(e.Name()) != kit.Ext {
				continue
			}
			text, err := os.ReadFile(filepath.Join(from, e.Name()))
			if err != nil {
				return nil, fmt.Errorf("kits: %w", err)
			}
			cut, err := kit.cut(string(checkout.LF(text)))
			if err != nil {
				return nil, fmt.Errorf("kits: %s/reference/%s: %w", kit.Name, e.Name(), err)
			}
			all[path.Join("kits", kit.Name, "workshop", e.Name())] = []byte(cut)
		}
	}
	return all, nil
}

// cut replaces what stands between markers by the statement that says that it is missing, and names the package.
func (k Kit) cut(text string) (string, error) {
	marker := regexp.MustCompile(`^(\s*)` + regexp.QuoteMeta(k.comment) + ` strata:(begin|end)(?: (\S+))?$`)
	var out strings.Builder
	inside, number := 0, 0 // inside: the line of the begin
	for line := range strings.Lines(text) {
		number++
		m := marker.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case m == nil && inside == 0:
			out.WriteString(strings.ReplaceAll(line, "reference", "workshop"))
		case m == nil:
		case m[2] == "begin" && inside != 0:
			return "", fmt.Errorf("line %d: a begin inside of another, of line %d", number, inside)
		case m[2] == "begin":
			if _, known := steps.Find(m[3]); !known {
				return "", fmt.Errorf("line %d: %q is no step", number, m[3])
			}
			inside = number
			fmt.Fprintf(&out, "%s%s\n", m[1], fmt.Sprintf(k.missing, m[3]))
		case inside == 0:
			return "", fmt.Errorf("line %d: an end without a begin", number)
		default:
			inside = 0
		}
	}
	if inside != 0 {
		return "", fmt.Errorf("line %d: a begin without an end", inside)
	}
	return out.String(), nil
}

// Write writes the skeletons of all kits under root again. The error is Generate's, or of the file system.
func Write(root string) error {
	files, err := Generate(root)
	if err != nil {
		return err
	}
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("kits: %w", err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return fmt.Errorf("kits: %w", err)
		}
	}
	return nil
}
