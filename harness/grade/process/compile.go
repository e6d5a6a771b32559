package process

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"strata/harness/grade/buildcache"
	"strata/harness/grade/handin"
	"strata/harness/grade/toolchain"
	"strata/harness/sandbox"
)

// box is what a build of layers may use when all else is built: far more than layers need. Go build is a tree of processes
// with many threads, which takes a while to look at, and each is bounded by itself.
var box = sandbox.Box{Memory: 3 << 30, CPU: 90 * time.Second, Wall: 5 * time.Minute, FileSize: 128 << 20,
	Look: 250 * time.Millisecond}

// firstBox is for the build of all else, which is the workshop's own code.
var firstBox = sandbox.Box{Wall: 30 * time.Minute, Look: rarely}

// compile runs go build in a box. It returns what the compiler has to say against the code, nil if it is
// built. The error wraps toolchain.ErrUnusable, or is ctx's.
func (b *Build) compile(ctx context.Context, extra map[string]string, args ...string) (faults []byte, err error) {
	return b.compileFor(ctx, nil, extra, args...)
}

// compileFor is compile with more in the environment: for another system.
func (b *Build) compileFor(ctx context.Context, env []string, extra map[string]string, args ...string) (faults []byte, err error) {
	overlay := filepath.Join(b.Temp, "overlay.json")
	if err := b.writeOverlay(overlay, extra); err != nil {
		return nil, err
	}
	if b.Apart {
		cache, err := b.apart(ctx)
		if err != nil {
			return nil, err
		}
		env = append(cache, env...)
	}
	args = append([]string{"-overlay", overlay}, args...)
	end, output, err := b.goBuild(ctx, box, env, args...)
	if err == nil && atLimit(end) && !b.Apart { // on an empty cache it may be all else that took so much
		if err := b.first(ctx); err != nil {
			return nil, err
		}
		end, output, err = b.goBuild(ctx, box, env, args...)
	}
	switch {
	case err != nil:
		return nil, err
	case end.OK():
		return nil, nil
	case atLimit(end):
		return fmt.Appendf(nil, "the compiler %v; for the layers it has %d MiB of memory, %v of processor time, %v "+
			"in all, and %d MiB for one file", end,
			box.Memory>>20, box.CPU, box.Wall, box.FileSize>>20), nil
	case len(output) == 0:
		return fmt.Appendf(nil, "the compiler ends with %v", end), nil
	}
	return output, nil
}

// atLimit says whether a program ended at a bound of its box.
func atLimit(end sandbox.End) bool {
	return slices.Contains([]sandbox.Cause{sandbox.OutOfMemory, sandbox.OutOfCPU, sandbox.OutOfTime,
		sandbox.FileTooBig}, end.Cause)
}

// mostOutput is how much is kept of what a compiler says, in bytes.
const mostOutput = 256 << 10

// goBuild runs go build. The error says that it could not be run, or is ctx's.
func (b *Build) goBuild(ctx context.Context, box sandbox.Box, env []string, args ...string) (end sandbox.End,
	output []byte, err error) {
	path, err := toolchain.Find()
	if err != nil {
		return end, nil, fmt.Errorf("grade: %w", err)
	}
	cmd := sandbox.Command(box, path, slices.Concat([]string{"build"}, toolchain.Flags(), []string{"-ldflags=-s -w"},
		args)...)
	cmd.Dir = b.Root
	// A build that is ended leaves its files behind: they go where all others do.
	cmd.Env = slices.Concat(toolchain.Env(), env, []string{"GOTMPDIR=" + b.Temp})
	said := &head{most: mostOutput}
	cmd.Stdout, cmd.Stderr = said, said
	if end, err = cmd.Run(ctx); err != nil && ctx.Err() == nil {
		err = fmt.Errorf("grade: the compiler %w", err)
	}
	return end, []byte(said.String()), err
}

// firsts has the workshops, with the scenarios added to them, of which all but the layers has been built by this process.
var firsts = struct {
	sync.Mutex
	done map[string]bool
}{done: make(map[string]bool)}

// first builds all but the student's layers, with ours in their place, so that the user's cache has it. The error
// wraps toolchain.ErrUnusable if that cannot be done, or is ctx's.
func (b *Build) first(ctx context.Context) error {
	firsts.Lock()
	defer firsts.Unlock()
	all := b.Root
	if b.Scenarios != nil {
		all += "\n" + b.Scenarios.Digest()
	}
	if b.Sealed {
		all += fmt.Sprintf("\nsealed, core %t", b.Core)
	}
	if firsts.done[all] {
		return nil
	}
	if err := b.ours(ctx, nil, nil, "-o", os.DevNull, childProgram); err != nil {
		return err
	}
	if b.Sealed {
		offered, err := b.offered()
		if err != nil {
			return err
		}
		if err := b.ours(ctx, wasm, offered, "-o", os.DevNull, "-buildmode=c-shared", Guest); err != nil {
			return err
		}
	}
	firsts.done[all] = true
	return nil
}

// bare is the same build with ours in the place of every layer.
func (b *Build) bare() *Build {
	return &Build{Root: b.Root, Sub: b.Sub, Temp: b.Temp, Provided: b.Provided, Scenarios: b.Scenarios, only: "none", copied: true}
}

// ours builds a program with our layers in the place of the student's. The error is that of first.
func (b *Build) ours(ctx context.Context, env []string, extra map[string]string, args ...string) error {
	ours := b.bare()
	overlay := filepath.Join(b.Temp, "ours.json")
	if err := ours.writeOverlay(overlay, extra); err != nil {
		return err
	}
	end, output, err := ours.goBuild(ctx, firstBox, env, append([]string{"-overlay", overlay}, args...)...)
	if err != nil {
		return err
	}
	if !end.OK() {
		return b.unusable(ctx, fmt.Sprintf("%v\n%s", end, output))
	}
	return nil
}

// unusable is why the workshop itself cannot be built.
func (b *Build) unusable(ctx context.Context, output string) error {
	if err := b.scenarioFaults(ctx); err != nil {
		return err
	}
	if err := toolchain.Cause(ctx, b.Root); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	return fmt.Errorf("grade: the workshop itself does not compile; undo what was changed outside of exercises: %s",
		output)
}

// apart is the environment of a build that leaves nothing in the user's cache.
func (b *Build) apart(ctx context.Context) ([]string, error) {
	if err := b.first(ctx); err != nil {
		return nil, err
	}
	shared, err := toolchain.Cache(ctx)
	if err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	own := filepath.Join(b.Temp, "cache")
	if err := os.MkdirAll(own, 0o700); err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	program, err := buildcache.Program(own, shared)
	if err != nil {
		return nil, err
	}
	return []string{"GOCACHEPROG=" + program}, nil
}

// writeOverlay says which file stands for which of exercises/: the student's, or the reference's
// where the student's cannot be used. Nothing else of the submission gets into the build.
func (b *Build) writeOverlay(file string, extra map[string]string) error {
	if err := b.copy(); err != nil {
		return fmt.Errorf("grade: %w", err)
	}
	replace := make(map[string]string)
	for _, l := range b.Sub.Layers {
		from, names := b.copyOf(l), slices.Collect(maps.Keys(l.Check.Sources))
		if b.Sub.Foreign || !b.wants(l) || b.only != "" && b.only != l.Name {
			from = filepath.Join(b.Root, "solutions", l.Name)
			names = handin.GoFiles(from)
		}
		target := filepath.Join(b.Root, "exercises", l.Name)
		hide(replace, target) // not in the submission: not there
		for _, name := range names {
			replace[filepath.Join(target, name)] = filepath.Join(from, name)
		}
	}
	for _, name := range []string{"go.mod", "go.work"} { // would make another module of the exercises
		replace[filepath.Join(b.Root, "exercises", name)] = ""
	}
	for name, path := range extra {
		replace[name] = path
	}
	for name, path := range b.Provided {
		replace[filepath.Join(b.Root, filepath.FromSlash(name))] = path
	}
	if err := b.layScenarios(replace); err != nil {
		return err
	}
	near := make(map[string]string)
	for name, path := range replace {
		near[b.near(name)] = b.near(path)
		if !utf8.ValidString(b.near(name) + b.near(path)) {
			return fmt.Errorf("grade: the go command cannot be told of %q: use a directory whose name is UTF-8 "+
				"(TMPDIR says where)", path)
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": near})
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("grade: overlay: %w", err)
	}
	return nil
}

// near is a path as the go command finds it from the root: JSON cannot have names of any bytes, and the root may
// lie in a directory of any name.
func (b *Build) near(path string) string {
	if rel, err := filepath.Rel(b.Root, path); path != "" && err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// copyOf is where the copies of a layer's checked files lie.
func (b *Build) copyOf(l *handin.Layer) string { return filepath.Join(b.Temp, "layers", l.Name) }

// copy writes what was checked, which is what is built: whatever becomes of the files meanwhile.
func (b *Build) copy() error {
	if b.copied {
		return nil
	}
	for _, l := range b.Sub.Layers {
		if err := os.MkdirAll(b.copyOf(l), 0o700); err != nil {
			return err
		}
		for name, source := range l.Check.Sources {
			if err := lay(filepath.Join(b.copyOf(l), name), source); err != nil {
				return err
			}
		}
	}
	b.copied = true
	return nil
}

// lay sees to it that a file has that text. One that has it already is left alone, and another is written in its place
// without being emptied first: to give up its blocks may have to wait for the disk, and a Warm writes the same files again
// and again.
func lay(file string, text []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, text) {
		return nil
	}
	to, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = to.Write(text)
	return cmp.Or(err, to.Truncate(int64(len(text))), to.Close())
}

// hide has the build see none of a directory's files: assembly, objects and a go.mod as little as Go.
func hide(replace map[string]string, dir string) {
	entries, _ := os.ReadDir(dir) // no directory, no files
	for _, e := range entries {
		if !e.IsDir() {
			replace[filepath.Join(dir, e.Name())] = ""
		}
	}
}
