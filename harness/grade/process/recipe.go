package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"strata/harness/grade/sourcecheck"
	"strata/harness/grade/toolchain"
)

// recipe is how the child is built from everything but the student's layers, by the go command's own word.
type recipe struct {
	root     string
	tools    string            // directory of compiler and linker
	language string            // such as go1.26
	defaults string            // of GODEBUG, in the program
	env      []string          // of the tools
	archives map[string]string // by import path: with our layers where the student's are to be
	files    []string          // and directories on which all of that depends
	state    string            // of these
	newest   time.Time         // change of one of these that was seen
}

// listed is what the go command says of a package.
type listed struct {
	ImportPath, Export, Dir, DefaultGODEBUG string
	EmbedFiles                              []string
	Module                                  *struct {
		Main      bool
		GoVersion string
	}
}

// recipe asks the go command. All is built already, so that it takes a second at the most.
func (b *Build) recipe(ctx context.Context) (*recipe, error) {
	overlay := filepath.Join(b.Temp, "ours.json")
	if err := b.writeOverlay(overlay, nil); err != nil {
		return nil, err
	}
	began := time.Now()
	r := &recipe{root: b.Root, archives: make(map[string]string)}
	var env map[string]string
	text, err := b.goSays(ctx, "env", "-json")
	if err == nil {
		err = json.Unmarshal(text, &env)
	}
	if err != nil {
		return nil, err
	}
	r.tools, r.env = env["GOTOOLDIR"], os.Environ()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if strings.HasPrefix(name, "GO") {
			r.env = append(r.env, name+"="+env[name])
		}
	}
	r.files = []string{env["GOENV"], filepath.Join(env["GOROOT"], "VERSION"), filepath.Join(r.tools, "compile"),
		filepath.Join(r.tools, "link"), filepath.Join(b.Root, "go.mod"), filepath.Join(b.Root, "go.sum")}
	args := slices.Concat([]string{"list"}, toolchain.Flags(), []string{"-overlay", overlay, "-export", "-deps",
		"-json=ImportPath,Export,Dir,EmbedFiles,DefaultGODEBUG,Module", childProgram}, sourcecheck.Importable())
	if text, err = b.goSays(ctx, args...); err != nil {
		return nil, err
	}
	if err := r.read(text); err != nil {
		return nil, err
	}
	if r.newest.After(began) { // what the go command saw may be older
		return nil, errTool
	}
	return r, nil
}

// goSays is what the go command prints.
func (b *Build) goSays(ctx context.Context, args ...string) ([]byte, error) {
	path, err := toolchain.Find()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = b.Root, toolchain.Env()
	return cmd.Output()
}

// read takes what the go command lists.
func (r *recipe) read(list []byte) error {
	in := json.NewDecoder(bytes.NewReader(list))
	for {
		var p listed
		err := in.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if p.Export != "" {
			r.archives[p.ImportPath] = p.Export
		}
		if p.Module == nil || !p.Module.Main {
			continue
		}
		if p.ImportPath == childPackage {
			r.language, r.defaults = version.Lang("go"+p.Module.GoVersion), p.DefaultGODEBUG
		}
		if !strings.HasPrefix(p.ImportPath, "strata/exercises/") {
			r.files = append(r.files, p.Dir)
			for _, name := range p.EmbedFiles {
				r.files = append(r.files, filepath.Join(p.Dir, name))
			}
		}
	}
	if r.language == "" || r.archives[childPackage] == "" || r.archives[submission] == "" {
		return errTool
	}
	r.state = r.now()
	return nil
}

// holds says whether all that the recipe depends on is as it was.
func (r *recipe) holds() bool { return r.state == r.now() }

// now is the state of what the recipe depends on, besides the user's cache: an archive that is gone stops the build.
func (r *recipe) now() string {
	var text strings.Builder
	for _, file := range r.files {
		entries, err := os.ReadDir(file)
		if err != nil { // a file, or gone
			r.look(&text, file)
			continue
		}
		for _, e := range entries {
			if !e.IsDir() && !strings.HasSuffix(e.Name(), "_test.go") {
				r.look(&text, filepath.Join(file, e.Name()))
			}
		}
	}
	return text.String()
}

// look writes down what can be seen of a file without reading it.
func (r *recipe) look(to io.Writer, file string) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(to, "%s is not there\n", file)
		return
	}
	if err != nil {
		fmt.Fprintf(to, "%s %v\n", file, err)
		return
	}
	if info.ModTime().After(r.newest) {
		r.newest = info.ModTime()
	}
	fmt.Fprintf(to, "%s %d %d\n", file, info.Size(), info.ModTime().UnixNano())
}

// godebug are the linker's words for the defaults of GODEBUG.
func (r *recipe) godebug() []string {
	if r.defaults == "" {
		return nil
	}
	return []string{"-X=runtime.godebugDefault=" + r.defaults}
}
