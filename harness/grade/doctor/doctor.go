// Package doctor says what a machine has for grading and what it lacks, each with a remedy. It mends nothing.
package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"strata/harness/course/steps"
	"strata/harness/grade/plainfile"
	"strata/harness/grade/toolchain"
	"strata/harness/sandbox"
)

// State is what a finding means.
type State string

// The states.
const (
	Fine    State = "fine"
	Without State = "without" // all but a few things work
	Broken  State = "broken"  // nothing can be graded
)

// Finding is what was found out about one thing.
type Finding struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// Machine is what is looked at.
type Machine struct {
	Root      string // of the workshop's module
	Exercises string // the user's own
	Cache     string // strata's directory in the user's cache

	Probe  []string // a harmless program with its arguments, which the sandbox has to run; nil: it is not tried
	Opener string   // the program that opens pages for strata

	Grade func(ctx context.Context) error // grades something that is right
}

// Examine looks at everything, in a fixed order. It takes as long as a small grade.
func Examine(ctx context.Context, m Machine) []Finding {
	all := []Finding{goCommand(ctx), m.build(ctx), m.places(), m.cache(), m.room(), m.lines(), m.box(ctx)}
	for _, p := range []struct{ name, file, what, remedy string }{
		{"browser", m.Opener, "opens pages by itself", "install it, or open the file that a command names yourself"},
		{"tshark", "tshark", "reads captures of runs", "install Wireshark, if you want to look at captures"},
		{"git", "git", "notes what was changed outside of exercises", "install git, if you keep your layers in a repository"},
	} {
		all = append(all, program(p.name, p.file, p.what, p.remedy))
	}
	return append(all, m.grade(ctx))
}

// Works says whether grading works.
func Works(all []Finding) bool {
	for _, f := range all {
		if f.State == Broken {
			return false
		}
	}
	return true
}

func goCommand(ctx context.Context) Finding {
	path, err := toolchain.Find()
	if err != nil {
		return Finding{"go", Broken, err.Error(), "install Go, see https://go.dev/dl"}
	}
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = append(toolchain.Env(), "GOTOOLCHAIN=local")
	out, err := cmd.Output()
	if err != nil {
		return Finding{"go", Broken, fmt.Sprintf("%s does not work: %v", path, err),
			"install Go again, see https://go.dev/dl"}
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "go version ")
	return Finding{"go", Fine, fmt.Sprintf("%s, %s", version, path), ""}
}

// build looks whether the Go command can do its work here.
func (m Machine) build(ctx context.Context) Finding {
	if err := toolchain.Cause(ctx, m.Root); err != nil {
		return Finding{"build", Broken, err.Error(), "do what the text says"}
	}
	return Finding{"build", Fine, "the caches of Go can be written, and the libraries are there", ""}
}

// places looks at the names of the directories: the Go command does not take every name.
func (m Machine) places() Finding {
	for _, dir := range []string{m.Root, os.TempDir()} {
		if err := toolchain.Place(dir); err != nil {
			return Finding{"names", Broken, err.Error(), "rename the directory, or set TMPDIR to another"}
		}
	}
	if err := toolchain.Place(m.Exercises); err != nil {
		return Finding{"names", Without, fmt.Sprintf("%q is no plain text", m.Exercises),
			"rename the directory: editors and Go may not work in it"}
	}
	return Finding{"names", Fine, "directories have plain names", ""}
}

// cache looks whether strata can keep what it builds.
func (m Machine) cache() Finding {
	err := os.MkdirAll(m.Cache, 0o700)
	if err == nil {
		var dir string
		if dir, err = os.MkdirTemp(m.Cache, "doctor-"); err == nil {
			err = os.Remove(dir)
		}
	}
	if err != nil {
		return Finding{"cache", Broken, err.Error(),
			"make room there, or set XDG_CACHE_HOME to a directory that you can write to"}
	}
	return Finding{"cache", Fine, m.Cache, ""}
}

// wanted is how many bytes a first build takes, generously.
const wanted = 1 << 30

// room looks how much is free where things are built.
func (m Machine) room() Finding {
	least, at := uint64(1<<63), ""
	for _, dir := range []string{m.Cache, os.TempDir()} {
		if n, known := free(dir); known && n < least {
			least, at = n, dir
		}
	}
	switch {
	case at == "":
		return Finding{"room", Fine, "this system does not say how much is free", ""}
	case least < wanted:
		return Finding{"room", Without, fmt.Sprintf("%d MiB are free at %s", least>>20, at),
			"make room: a first build takes up to 1 GiB"}
	}
	return Finding{"room", Fine, fmt.Sprintf("%d GiB are free at %s", least>>30, at), ""}
}

// lines looks how the exercises end their lines.
func (m Machine) lines() Finding {
	files, windows := 0, 0
	for _, layer := range steps.Written {
		dir := filepath.Join(m.Exercises, layer)
		entries, _ := plainfile.List(dir, 1000) // a layer that is not there has no lines
		for _, e := range entries {
			text, err := plainfile.Read(filepath.Join(dir, e.Name()), 1<<20)
			if err != nil || filepath.Ext(e.Name()) != ".go" {
				continue
			}
			files++
			if bytes.Contains(text, []byte("\r\n")) {
				windows++
			}
		}
	}
	switch {
	case files == 0:
		return Finding{"exercises", Without, "no layers in " + m.Exercises,
			"strata new makes a directory with exercises"}
	case windows > 0:
		return Finding{"exercises", Fine,
			fmt.Sprintf("%d files, %d of them with the line ends of Windows, which works", files, windows), ""}
	}
	return Finding{"exercises", Fine, fmt.Sprintf("%d files in %s", files, m.Exercises), ""}
}

// libraries are what the probe may need, which is linked as the system likes.
var libraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64"}

// box looks what holds a program that may be hostile.
func (m Machine) box(ctx context.Context) Finding {
	const remedy = "install bubblewrap, or use a Linux with landlock, before you grade code of people you do not know"
	if len(m.Probe) == 0 {
		return Finding{"sandbox", Without, "there is no program to try it with", remedy}
	}
	cmd := sandbox.Command(sandbox.Box{Closed: true, Read: libraries, Wall: 10 * time.Second}, m.Probe[0], m.Probe[1:]...)
	end, err := cmd.Run(ctx)
	if err != nil {
		return Finding{"sandbox", Without, err.Error(), remedy}
	}
	if !end.OK() {
		return Finding{"sandbox", Without, fmt.Sprintf("%s does not work in it: %v", m.Probe[0], end), remedy}
	}
	if end.Held.Files == "" {
		return Finding{"sandbox", Without,
			"nothing keeps a program from files and the network: " + end.Held.String(), remedy}
	}
	return Finding{"sandbox", Fine, end.Held.String(), ""}
}

// program looks for a program of which a command makes use.
func program(name, file, what, remedy string) Finding {
	path, err := exec.LookPath(file)
	if err != nil {
		return Finding{name, Without, fmt.Sprintf("there is no %s, which %s", file, what), remedy}
	}
	return Finding{name, Fine, fmt.Sprintf("%s %s", path, what), ""}
}

// grade grades something.
func (m Machine) grade(ctx context.Context) Finding {
	began := time.Now()
	if err := m.Grade(ctx); err != nil {
		if errors.Is(err, context.Canceled) {
			return Finding{"grading", Broken, "interrupted", "run it again"}
		}
		return Finding{"grading", Broken, err.Error(), "do first what the lines above say"}
	}
	return Finding{"grading", Fine,
		fmt.Sprintf("our own layer 1 has its points, in %.1f s", time.Since(began).Seconds()), ""}
}
