package process

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"strata/harness/grade/handin"
	"strata/harness/grade/report"
	"strata/harness/sandbox"
)

// Warm is what whoever grades at each save, or one submission after the other, keeps from one build to the next: how all but
// the layers was built. With that a build compiles the layers that are not as they were, and links. Go build, which looks at
// everything, does the first one, each after a change of anything but layers, and each that does not come out: what there is
// to say about code, go build says. Layers behind glass are go build's as well; what runs them is kept. For one Build at a
// time. Nothing of it gets into the user's build cache but what go build has for our layers.
type Warm struct {
	dir     string
	end     context.CancelFunc
	ctx     context.Context
	learned sync.WaitGroup
	stands  standbys

	mu       sync.Mutex // guards what follows
	recipe   *recipe    // nil: not known
	learning bool
	compiled map[string][sha256.Size]byte // what the archive in dir was made of, by the layer
	linked   [sha256.Size]byte            // of which layers the child in dir was made; zero: there is none
	engineOf *recipe                      // of what the engine in dir was made; nil: there is none
	relinked int
	ahead    int
}

// NewWarm knows nothing yet. Close it.
func NewWarm() (*Warm, error) {
	dir, err := os.MkdirTemp("", "strata-warm-")
	if err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	w := &Warm{dir: dir, compiled: make(map[string][sha256.Size]byte)}
	w.ctx, w.end = context.WithCancel(context.Background())
	return w, nil
}

// Learn finds out now how all but the layers is built in the workshop at root, which builds what is missing. If it does not
// come out, builds do as they do without: go build says why.
func (w *Warm) Learn(ctx context.Context, root string) {
	ours := &Build{Root: root, Sub: handin.Foreign(root), Temp: w.dir, only: "none", copied: true}
	if runtime.GOOS != "linux" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if found, err := ours.recipe(ctx); err == nil {
		w.recipe, w.compiled, w.linked = found, make(map[string][sha256.Size]byte), [sha256.Size]byte{}
	}
}

// Like is another that knows how all but the layers is built, if this one does.
func (w *Warm) Like() (*Warm, error) {
	other, err := NewWarm()
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.recipe != nil {
		same := *w.recipe
		other.recipe = &same
	}
	return other, nil
}

// Close removes what is kept.
func (w *Warm) Close() {
	w.end()
	w.learned.Wait()
	w.stands.end()
	_ = os.RemoveAll(w.dir) // temporary files: nobody misses them, nor minds them
}

// Later does what nobody waits for when a grade is over: beside all else, up to Close. Without a Warm, and where a program
// cannot be removed that still runs, it is done at once.
func (w *Warm) Later(do func()) {
	if w == nil || runtime.GOOS != "linux" {
		do()
		return
	}
	w.learned.Go(do)
}

// Wait returns when nothing is being found out, and all is done that was left for later.
func (w *Warm) Wait() { w.learned.Wait() }

// Relinked is how many builds did without go build of the child, and how many of them took over what Ahead had built.
func (w *Warm) Relinked() (all, ahead int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.relinked, w.ahead
}

// serves says whether the build is of the kind that a Warm does: the layers are all that can differ. Elsewhere than on
// Linux programs are not linked by so few words.
func (w *Warm) serves(b *Build) bool { return w.follows(b) && !b.Sealed && b.only == "" }

// follows says whether a recipe tells how all but the layers is built.
func (w *Warm) follows(b *Build) bool {
	return w != nil && runtime.GOOS == "linux" && len(b.Provided) == 0 && b.Scenarios == nil && !b.Sub.Foreign
}

// build builds the child. False: go build has to, or ctx is over.
func (w *Warm) build(ctx context.Context, b *Build, binary string) bool {
	if !w.serves(b) {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.knows(b) {
		return false
	}
	if w.linked == made(b) && os.Rename(w.child(), binary) == nil {
		w.ahead++
	} else if b.copy() != nil || w.link(ctx, b, binary) != nil {
		return false
	}
	w.linked = [sha256.Size]byte{}
	w.relinked++
	if isOne(b.Layer) {
		b.Limits.Layer = b.Layer
	}
	return true
}

// knows says whether it is known how the build goes, and nothing has changed since.
func (w *Warm) knows(b *Build) bool {
	if w.recipe != nil && !w.recipe.holds() {
		w.recipe = nil
	}
	return w.recipe != nil && w.recipe.root == b.Root
}

// Ahead begins to build the child of what sourcecheck has read, while the types in it are being checked. Nothing of it runs: a
// Build of the same layers takes it over, and nobody else. drop ends that.
func (w *Warm) Ahead(ctx context.Context, b *Build) (drop func()) {
	if !w.serves(b) || !w.mu.TryLock() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	early := &Build{Root: b.Root, Sub: asNow(b.Sub), Temp: w.dir, Layer: b.Layer, Core: b.Core, Limits: b.Limits}
	w.learned.Go(func() {
		defer w.mu.Unlock()
		defer cancel()
		w.linked = [sha256.Size]byte{}
		if w.knows(early) && early.copy() == nil && w.link(ctx, early, w.child()) == nil {
			w.linked = made(early)
		}
	})
	return cancel
}

// child is the file of one that is built ahead.
func (w *Warm) child() string { return filepath.Join(w.dir, "child") }

// engine has the program that runs layers behind glass at binary. build builds it there, unless that was done before and
// nothing has changed since.
func (w *Warm) engine(b *Build, binary string, build func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = os.Remove(binary) // of an earlier try: a name of the one that is kept
	kept, known := filepath.Join(w.dir, "engine"), w.knows(b)
	if known && w.engineOf == w.recipe && os.Link(kept, binary) == nil {
		w.relinked++
		return nil
	}
	if err := build(); err != nil || !known {
		return err
	}
	w.engineOf = nil
	_ = os.Remove(kept)
	if os.Link(binary, kept) == nil {
		w.engineOf = w.recipe
	}
	return nil
}

// made stands for all that a build is made of.
func made(b *Build) [sha256.Size]byte {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n", b.Layer)
	for _, l := range b.Sub.Layers {
		if u := layerOf(l, ""); b.wants(l) {
			fmt.Fprintf(sum, "%s %x\n", l.Name, u.of)
		}
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// link compiles what has to be, and links. The error says that something did not come out as it should.
func (w *Warm) link(ctx context.Context, b *Build, binary string) error {
	linker := w.tool("link")
	defer linker.Abandon()
	if err := linker.Prepare(); err != nil {
		return err
	}
	program, err := w.compileAll(ctx, b)
	if err != nil {
		return err
	}
	limits := b.Limits // build changes b's when it is linked
	w.learned.Go(func() { w.stands.fill(limits) })
	return run(ctx, linker, slices.Concat([]string{"-o", binary, "-importcfg", w.config(), "-buildmode=exe", "-s", "-w"},
		w.recipe.godebug(), []string{w.archive(program)})...)
}

// compileAll compiles what has to be of the layers, whose files have been copied, and of what stands above them: the
// program is last.
func (w *Warm) compileAll(ctx context.Context, b *Build) (program string, err error) {
	above, err := w.recipe.above(b.Layer, w.dir)
	if err != nil {
		return "", err
	}
	archives := maps.Clone(w.recipe.archives)
	var layers []unit
	for _, l := range b.Sub.Layers {
		if b.wants(l) { // else ours is listed in its place
			layers = append(layers, layerOf(l, b.copyOf(l)))
		}
	}
	for _, u := range slices.Concat(layers, above) {
		archives[u.path] = w.archive(u.path)
	}
	if err := writeImports(w.config(), archives); err != nil {
		return "", err
	}
	for i, u := range slices.Concat(layers, above) {
		if i >= len(layers) {
			if err := u.after(archives); err != nil {
				return "", err
			}
		}
		if err := w.compile(ctx, u); err != nil {
			return "", err
		}
	}
	return above[len(above)-1].path, nil
}

// config is the file that says where archives are.
func (w *Warm) config() string { return filepath.Join(w.dir, "importcfg") }

// compile compiles a package, unless its archive is made of the same.
func (w *Warm) compile(ctx context.Context, u unit) error {
	if old, ok := w.compiled[u.path]; ok && old == u.of {
		return nil
	}
	delete(w.compiled, u.path)
	args := []string{"-o", w.archive(u.path), "-trimpath", u.dir + "=>" + u.path, "-p", u.name(), "-lang=" + w.recipe.language,
		"-complete", "-nolocalimports", "-dwarf=false", fmt.Sprintf("-c=%d", min(4, runtime.GOMAXPROCS(0))), "-importcfg", w.config(), "-pack"}
	for _, name := range u.files {
		args = append(args, filepath.Join(u.dir, name))
	}
	if err := run(ctx, w.tool("compile"), args...); err != nil {
		return err
	}
	w.compiled[u.path] = u.of
	return nil
}

// errTool reports a tool that did not do its work.
var errTool = errors.New("grade: a tool of the Go command did not do its work")

// tool is a tool of the Go command in the box of a build.
func (w *Warm) tool(name string) *sandbox.Cmd {
	box := box
	box.Look = rarely // at one process, which its own limits bound: a look takes as long as some of what it does
	cmd := sandbox.Command(box, filepath.Join(w.recipe.tools, name))
	cmd.Dir = w.recipe.root
	// A tool mostly ends before collecting garbage has been worth its while.
	cmd.Env = append(slices.Clone(w.recipe.env), "TMPDIR="+w.dir, "GOGC=off", "GOMEMLIMIT=1GiB")
	if name == "link" {
		cmd.Env = append(cmd.Env, "GOROOT=")
	}
	return cmd
}

// run runs a tool with these arguments.
func run(ctx context.Context, tool *sandbox.Cmd, args ...string) error {
	tool.Args = append(tool.Args, args...)
	end, err := tool.Run(ctx)
	if err == nil && !end.OK() {
		err = errTool
	}
	return err
}

// archive is the file that a package is compiled to.
func (w *Warm) archive(of string) string { return filepath.Join(w.dir, path.Base(of)+".a") }

// learn finds out how the child was built that go build has just built, unless that is known, and compiles the layers
// once. It takes no time now.
func (w *Warm) learn(b *Build) {
	if !w.follows(b) || b.only != "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.learning || w.recipe != nil && w.recipe.root == b.Root {
		return
	}
	w.learning = true
	sub := asNow(b.Sub)
	ours := &Build{Root: b.Root, Sub: sub, Temp: w.dir, only: "none", copied: true}
	theirs := &Build{Root: b.Root, Sub: sub, Temp: w.dir, Layer: b.Layer, Core: b.Core}
	w.learned.Go(func() {
		found, err := ours.recipe(w.ctx)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.learning = false
		if err != nil {
			return // the next build asks again
		}
		w.recipe, w.compiled, w.linked = found, make(map[string][sha256.Size]byte), [sha256.Size]byte{}
		if !b.Sealed && theirs.copy() == nil {
			_, _ = w.compileAll(w.ctx, theirs) // what does not come out now is tried again
		}
	})
}

// asNow is the submission with its layers as they stand now: of what was read and not checked further, those that have
// been refused stand so.
func asNow(s *handin.Submission) *handin.Submission {
	now := &handin.Submission{Dir: s.Dir}
	for _, l := range s.Layers {
		one := *l
		if one.Usable() && (one.Check.Refused() || len(one.Check.Files) == 0) {
			one.Status = report.Refused
		}
		now.Layers = append(now.Layers, &one)
	}
	return now
}

// writeImports tells compiler and linker where the archive of each package is.
func writeImports(file string, archives map[string]string) error {
	var text strings.Builder
	for _, path := range slices.Sorted(maps.Keys(archives)) {
		fmt.Fprintf(&text, "packagefile %s=%s\n", path, archives[path])
	}
	return lay(file, []byte(text.String()))
}
