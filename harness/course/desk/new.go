package desk

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"strata/harness/course/kits"
	"strata/harness/course/skeleton"
	"strata/harness/course/steps"
)

// goVersion is that of the module of a desk, as the workshop has it.
const goVersion = "1.26.0"

// templates are the files of a desk beside its exercises. Their names have no leading dot, and end with .txt.
//
//go:embed files
var templates embed.FS

// names says what each template becomes.
var names = map[string]string{
	"desk.toml.txt":     marker,
	"go.mod.txt":        "go.mod",
	"README.md.txt":     "README.md",
	"gitignore.txt":     ".gitignore",
	"gitattributes.txt": ".gitattributes",
	"grade.sh.txt":      ".ci/grade.sh",
	"github.yml.txt":    ".github/workflows/grade.yml",
	"gitlab.yml.txt":    ".gitlab-ci.yml",
}

// kitNames says so of a desk with layers in another language.
var kitNames = map[string]string{
	"desk.toml.txt":     marker,
	"kit.md.txt":        "README.md",
	"gitignore.txt":     ".gitignore",
	"gitattributes.txt": ".gitattributes",
	"grade.sh.txt":      ".ci/grade.sh",
	"github.yml.txt":    ".github/workflows/grade.yml",
	"gitlab.yml.txt":    ".gitlab-ci.yml",
}

// ErrNotEmpty reports a directory that has something in it.
var ErrNotEmpty = errors.New("is not empty")

// Handout is what a course hands out. The zero value is everything, as strata new makes it.
type Handout struct {
	Course
	Title string            // of the README; empty: My layers
	Due   map[string]string // when each layer is due, as the README says it
}

// New makes a desk in dir, with everything.
func New(root, dir string, style skeleton.Style, from Origin) (made []string, err error) {
	return Handout{}.New(root, dir, style, from)
}

// New makes a desk in dir, with fresh exercises of the workshop at root: of the course's layers. The directory may be
// there if nothing is in it but .git. It lists the files that it made, by their paths in dir. After an error nothing is
// left that it made. Errors: ErrNotEmpty, those of the skeleton generator and of the file system.
func (h Handout) New(root, dir string, style skeleton.Style, from Origin) (made []string, err error) {
	return place(dir, func() (map[string][]byte, error) {
		files, err := skeleton.Generate(root, style)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(files, func(name string, _ []byte) bool { return !h.has(path.Base(path.Dir(name))) })
		return files, fill(files, names, h.values(from, "exercises", steps.Written))
	})
}

// NewKit is New with the layers in another language: the kit's skeleton, and what that needs to run.
func NewKit(root, dir string, kit kits.Kit, from Origin) (made []string, err error) {
	from.Kit = kit.Name
	return place(dir, func() (map[string][]byte, error) {
		files, err := kit.Fresh(os.DirFS(root))
		if err != nil {
			return nil, err
		}
		values := Handout{}.values(from, "workshop", steps.Layers)
		values["Kit"], values["Exec"] = kit, strings.Join(kit.Command("workshop"), " ")
		return files, fill(files, kitNames, values)
	})
}

// place writes the files of a new desk to dir, all or none, and lists them.
func place(dir string, content func() (map[string][]byte, error)) (made []string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := vacant(dir); err != nil {
		return nil, err
	}
	files, err := content()
	if err != nil {
		return nil, err
	}
	temp, err := begin(dir)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	for name, text := range files {
		made = append(made, name)
		file := filepath.Join(temp, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return nil, err
		}
	}
	slices.Sort(made)
	return made, settle(temp, dir)
}

// vacant says why a desk cannot be made there.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			return fmt.Errorf("%s %w: it has %s; name a directory that is not there yet", dir, ErrNotEmpty, e.Name())
		}
	}
	return nil
}

// begin makes the directory that settle will move: in dir if that is there, since it may be a mount point, or in a
// place where nothing else can be written; else beside it.
func begin(dir string) (temp string, err error) {
	at := dir
	if _, err := os.Stat(dir); err != nil {
		at = filepath.Dir(dir)
		if err := os.MkdirAll(at, 0o755); err != nil {
			return "", err
		}
	}
	return os.MkdirTemp(at, ".strata-new-")
}

// settle moves what is in temp to its place, all or nothing.
func settle(temp, dir string) error {
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(temp, dir)
	}
	entries, err := os.ReadDir(temp)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if err := os.Rename(filepath.Join(temp, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			for _, moved := range entries[:i] {
				err = errors.Join(err, os.Rename(filepath.Join(dir, moved.Name()), filepath.Join(temp, moved.Name())))
			}
			return err
		}
	}
	return nil
}

// has says whether the layer is handed out.
func (h Handout) has(layer string) bool {
	return len(h.Layers) == 0 || slices.Contains(h.Layers, layer)
}

// layer is a line about a layer in a README.
type layer struct {
	Name, Dir string
	Points    int
	Elective  bool
	Due       string
}

// values are what the templates are filled with. The layers lie below a directory.
func (h Handout) values(from Origin, dir string, names []string) map[string]any {
	var layers []layer
	for _, name := range names {
		if h.has(name) {
			layers = append(layers, layer{
				name, path.Join(dir, name), steps.LayerPoints[name], slices.Contains(steps.Electives, name), h.Due[name],
			})
		}
	}
	short, _, _ := strings.Cut(goVersion, ".0")
	return map[string]any{"From": from, "Go": goVersion, "GoShort": short, "Layers": layers, "First": layers[0].Name,
		"Title": cmp.Or(h.Title, "My layers"), "Course": h.Course, "Dates": len(h.Due) > 0}
}

// fill adds the files beside the layers, which the names list.
func fill(files map[string][]byte, names map[string]string, values map[string]any) error {
	for from, to := range names {
		t, err := template.ParseFS(templates, "files/"+from)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := t.Execute(&out, values); err != nil {
			return err
		}
		files[to] = out.Bytes()
	}
	return nil
}
