// Package toolchain is the Go command as the grader uses it: always in the same way, whatever the user has set,
// and with a cause and a remedy where it cannot do its work.
package toolchain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"strata/harness/course/checkout"
)

// ErrUnusable reports a machine on which the Go command cannot do its work. Its text says what to do.
var ErrUnusable = errors.New("the Go command cannot build here")

// Env is the environment of each call: neither a workspace above the root, nor a vendor directory, nor the
// user's flags have a say in what is built.
func Env() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly")
}

// Flags are those of each build. What a debugger wants to know is a fifth of what the linker has to read.
func Flags() []string { return []string{"-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"} }

// Find is the path of the Go command. The error wraps ErrUnusable.
func Find() (string, error) {
	path, err := exec.LookPath("go")
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return "", fmt.Errorf("%w: there is none on the PATH: install Go, see https://go.dev/dl", ErrUnusable)
	}
	return path, nil
}

// Place says whether the Go command can work in a directory of that name. The error wraps ErrUnusable.
func Place(root string) error {
	if utf8.ValidString(root) && !strings.ContainsFunc(root, unicode.IsControl) {
		return nil
	}
	return fmt.Errorf("%w: it does not work in %q, whose name is not plain text: rename that directory", ErrUnusable,
		root)
}

// settings are what `go env` says of them.
type settings struct {
	GOVERSION, GOCACHE, GOMODCACHE, GOTMPDIR, GOPROXY string
}

// Cause looks why the Go command failed to build what is known to be right in the workshop at root. The error
// wraps ErrUnusable and says what to do; nil if nothing is wrong that can be found.
func Cause(ctx context.Context, root string) error {
	path, err := Find()
	if err != nil {
		return err
	}
	now, err := ask(ctx, path)
	if err != nil {
		return fmt.Errorf("%w: %s does not work: %w", ErrUnusable, path, err)
	}
	for _, look := range []func(context.Context, string, string, settings) error{tooOld, homeless, full, incomplete} {
		if err := look(ctx, path, root, now); err != nil {
			return fmt.Errorf("%w: %w", ErrUnusable, err)
		}
	}
	return nil
}

// ask asks for the settings. No go.mod is looked at: it could ask for another version.
func ask(ctx context.Context, path string) (s settings, err error) {
	cmd := exec.CommandContext(ctx, path, "env", "-json", "GOVERSION", "GOCACHE", "GOMODCACHE", "GOTMPDIR", "GOPROXY")
	cmd.Dir = os.TempDir()
	cmd.Env = append(Env(), "GOTOOLCHAIN=local")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(out) == 0 {
		return s, fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return s, json.Unmarshal(out, &s)
}

// tooOld compares the version with that of the workshop's go.mod.
func tooOld(_ context.Context, path, root string, s settings) error {
	text, err := checkout.Read(os.DirFS(root), "go.mod")
	if err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		want, found := strings.CutPrefix(strings.TrimSpace(line), "go ")
		if found && version.Compare(s.GOVERSION, "go"+want) < 0 {
			return fmt.Errorf("%s is %s, and the workshop needs go%s or newer: install it, see https://go.dev/dl, "+
				"or let the go command "+
				"fetch it (GOTOOLCHAIN=auto, and a network)", path, s.GOVERSION, want)
		}
	}
	return nil
}

// homeless looks for a place for what is built.
func homeless(_ context.Context, _, _ string, s settings) error {
	if s.GOCACHE == "" || s.GOCACHE == "off" {
		return errors.New("it has no place for what it builds: set HOME, or GOCACHE")
	}
	if s.GOMODCACHE == "" {
		return errors.New("it has no place for libraries: set HOME, or GOMODCACHE")
	}
	return nil
}

// Cache is the directory of the user's build cache. The error wraps ErrUnusable.
func Cache(ctx context.Context) (string, error) {
	path, err := Find()
	if err != nil {
		return "", err
	}
	s, err := ask(ctx, path)
	if err == nil {
		err = homeless(ctx, path, "", s)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	return s.GOCACHE, nil
}

// room is what a build needs free at each place.
const room = 8 << 20

// full tries to write where a build does.
func full(_ context.Context, _, _ string, s settings) error {
	for _, place := range []struct{ name, dir string }{{"GOTMPDIR", s.GOTMPDIR}, {"TMPDIR", os.TempDir()},
		{"GOCACHE", s.GOCACHE}} {
		if place.dir == "" {
			continue
		}
		err := os.MkdirAll(place.dir, 0o777)
		if err == nil {
			err = try(place.dir)
		}
		if err != nil {
			return fmt.Errorf("nothing can be written to %s (%s): %w: make room there, or set %s to another directory",
				place.dir, place.name, err, place.name)
		}
	}
	return nil
}

// try writes a file and removes it.
func try(dir string) error {
	file, err := os.CreateTemp(dir, "strata-room-")
	if err != nil {
		return cause(err)
	}
	defer os.Remove(file.Name())
	_, err = file.Write(bytes.Repeat([]byte("strata. "), room/8)) // zeroes might take no room
	return cause(errors.Join(err, file.Close()))
}

// cause is the error without the name of a file that is not there anymore.
func cause(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// incomplete looks whether all libraries are there, without a network.
func incomplete(ctx context.Context, path, root string, s settings) error {
	cmd := exec.CommandContext(ctx, path, "list", "-deps", "-f", "{{if .Error}}{{.ImportPath}}{{end}}", "./solutions",
		"./harness/course/suites")
	cmd.Dir = root
	cmd.Env = append(Env(), "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("libraries are missing, and could not be fetched from %s: run go mod download in %s once "+
			"with a network (%s)", s.GOPROXY, root, first)
	}
	return nil
}
