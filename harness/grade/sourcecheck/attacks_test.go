package sourcecheck_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/sourcecheck"
)

// refusals are the findings that are more than warnings.
func refusals(l sourcecheck.Layer) (all []string) {
	for _, f := range l.Findings {
		if !f.Warning {
			all = append(all, f.String())
		}
	}
	return all
}

// What would take a node out of its host's hands, end the child, or change what the checks look at.
// Each source begins on line 3, after the package clause.
func TestCheck_Attacks(t *testing.T) {
	for name, c := range map[string]struct{ source, want string }{
		"exit": {"import \"os\"\nfunc f() { os.Exit(0) }",
			`:3: import of "os" is not allowed; a node touches`},
		"log.Fatal": {"import \"log\"\nfunc f() { log.Fatal(1) }",
			`:3: import of "log" is not allowed; use host.Log()`},
		"exit by a slog logger": {"import \"log/slog\"\nfunc f(h slog.Handler) { slog.NewLogLogger(h, 0).Fatal(1) }",
			":4: slog.NewLogLogger is not allowed; use host.Log()"},
		"exit by syscall": {"import \"syscall\"\nfunc f() { syscall.Exit(0) }",
			`:3: import of "syscall" is not allowed`},
		"exit by x/sys": {"import \"golang.org/x/sys/unix\"\nfunc f() { unix.Exit(0) }",
			`:3: import of "golang.org/x/sys/unix" is not allowed`},
		"goexit": {"import \"runtime\"\nfunc f() { runtime.Goexit() }",
			`:3: import of "runtime" is not allowed`},
		"fatal in a test": {"import \"testing\"\nfunc f(t *testing.T) { t.FailNow() }",
			`:3: import of "testing" is not allowed`},
		"guessed descriptor": {"import \"os\"\nvar _ = os.NewFile(4, \"\")", `:3: import of "os" is not allowed`},
		"the grader's own pipe": {"import \"strata/harness/grade/pipe\"\nvar _ = pipe.VerdictsFD",
			`:3: import of "strata/harness/grade/pipe" is not allowed; a layer imports contracts`},
		"the reference": {"import \"strata/solutions\"\nvar _ = solutions.Stack",
			`:3: import of "strata/solutions" is not allowed`},
		"empty select":        {"func f() { select {} }", ":3: select is not allowed"},
		"deadlock by channel": {"func f() { <-(chan int)(nil) }", ":3: channels are not allowed"},
		"deadlock by pipe": {"import \"io\"\nfunc f() { r, _ := io.Pipe(); r.Read(nil) }",
			":4: io.Pipe is not allowed; it blocks"},
		"deadlock by lock": {"import \"sync\"\nvar m sync.Mutex", `:3: import of "sync" is not allowed`},
		"goroutine":        {"func f() { go f() }", ":3: go statements are not allowed"},
		"goroutine by timer": {"import t \"time\"\nvar _ = t.AfterFunc",
			":4: time.AfterFunc is not allowed; use host.After"},
		"goroutine by sequence": {"import \"iter\"\nfunc f(s iter.Seq[int]) { iter.Pull(s) }",
			":4: iter.Pull is not allowed; it starts a goroutine"},
		"goroutine by context": {"import \"context\"\nvar _ = context.AfterFunc",
			`:3: import of "context" is not allowed; nothing blocks`},
		"init": {"func init() { panic(1) }",
			":3: init functions run before there is a node; do it in New or Start"},
		"linkname": {"//go:linkname exit os.runtime_beforeExit\nfunc exit()",
			":3: compiler directives are not allowed"},
		"embed": {"//go:embed secret\nvar s string",
			":3: compiler directives are not allowed; remove the comment"},
		"cgo": {"// #include <stdlib.h>\nimport \"C\"\nfunc f() { C.exit(0) }",
			`:4: import of "C" is not allowed; write it in Go`},
		"cgo's flags": {"// #cgo LDFLAGS: -lfoo\nimport \"C\"", `:4: import of "C" is not allowed`},
		"reflect": {"import \"reflect\"\nvar _ = reflect.ValueOf",
			`:3: import of "reflect" is not allowed`},
		"unsafe":       {"import u \"unsafe\"\nvar _ u.Pointer", `:3: import of "unsafe" is not allowed`},
		"blank import": {"import _ \"os\"", `:3: import of "os" is not allowed`},
		"raw import":   {"import `os`", `:3: import of "os" is not allowed`},
		"alias": {"import t \"time\"\nfunc f() { t.Now() }",
			":4: time.Now is not allowed; use host.Now()"},
		"dot import":     {"import . \"time\"\nvar f = Now", `:3: import of "time" into the file's own names`},
		"function value": {"import \"time\"\nvar f = time.Now", ":4: time.Now is not allowed"},
		"in parentheses": {"import \"time\"\nvar f = (time).Now", ":4: time.Now is not allowed"},
		"hidden by a local": {"import \"time\"\nfunc f() { time := time.Now(); _ = time }",
			":4: time.Now is not allowed"},
		"before a local": {"import \"time\"\nfunc f() { _ = time.Now(); var time int; _ = time }",
			":4: time.Now is not allowed"},
		"an error of ours": {"import \"strata/p2p\"\nfunc f() { p2p.ErrNotPeer = nil }",
			":4: p2p.ErrNotPeer belongs to another package and must not be changed"},
		"among others": {"import \"strata/p2p\"\nfunc f() { var a error; a, p2p.ErrNotPeer = nil, a }",
			":4: p2p.ErrNotPeer belongs"},
		"an error of Go's": {"import \"io\"\nfunc f() { (io.EOF) = nil }", ":4: io.EOF belongs"},
		"by its address":   {"import \"strata/p2p\"\nvar e = &p2p.ErrNotPeer", ":4: p2p.ErrNotPeer belongs"},
		"by a loop": {"import \"io\"\nfunc f(all []error) { for _, io.EOF = range all {} }",
			":4: io.EOF belongs"},
		"place by its name": {"import \"time\"\nvar f = time.LoadLocation",
			":4: time.LoadLocation is not allowed; a node's time has no place"},
		"place as a value": {"import \"time\"\nvar f = time.Local", ":4: time.Local is not allowed"},
		"place of bytes": {"import \"time\"\nvar f = time.LoadLocationFromTZData",
			":4: time.LoadLocationFromTZData is not allowed"},
		"exit by a flag set": {"import \"flag\"\nvar f = flag.NewFlagSet(\"\", flag.ExitOnError)",
			`:3: import of "flag" is not allowed`},
		"exit by a template": {"import \"text/template\"\nvar f = template.New",
			`:3: import of "text/template" is not allowed`},
		"exit by a plugin": {"import \"plugin\"\nvar f = plugin.Open", `:3: import of "plugin" is not allowed`},
		"exit by a signal": {"import \"os/signal\"\nvar f = signal.Notify",
			`:3: import of "os/signal" is not allowed`},
		"a program": {"import \"os/exec\"\nvar f = exec.Command",
			`:3: import of "os/exec" is not allowed`},
		"goroutine by group": {"import \"golang.org/x/sync/errgroup\"\nvar f errgroup.Group",
			`:3: import of "golang.org/x/sync/errgroup" is not allowed`},
		"goroutine by wait group": {"import s \"sync\"\nvar w s.WaitGroup\nfunc f() { w.Go(f) }",
			`:3: import of "sync" is not allowed`},
		"goroutine by finalizer": {"import \"runtime\"\nfunc f(x *int) { runtime.AddCleanup(x, func(int) {}, 1) }",
			`:3: import of "runtime" is not allowed`},
		"goroutine by server": {"import \"net/http\"\nvar f = http.Serve",
			`:3: import of "net/http" is not allowed`},
		"randomness of the whole": {"import \"math/rand/v2\"\nvar f = rand.Uint64",
			":4: rand.Uint64 is not allowed; use the same method of host.Rand()"},
		"randomness of the keys": {"import \"crypto/ed25519\"\nvar f = ed25519.GenerateKey",
			":4: ed25519.GenerateKey is not allowed"},
		"randomness of a seed": {"import \"hash/maphash\"\nvar f = maphash.MakeSeed",
			`:3: import of "hash/maphash" is not allowed`},
	} {
		t.Run(name, func(t *testing.T) {
			found := refusals(check(t, "a.go", "package gossip\n\n"+c.source+"\n"))
			require.NotEmpty(t, found)
			require.Contains(t, strings.Join(found, "\n"), "a.go"+c.want)
		})
	}
}

// bare are the refusals without where they stand.
func bare(l sourcecheck.Layer) (all []string) {
	for _, text := range refusals(l) {
		_, text, _ = strings.Cut(text, ": ")
		all = append(all, text)
	}
	return all
}

// Files that are none, or that something else than our check would read.
func TestCheck_AttacksByFiles(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.go")
	require.NoError(t, os.WriteFile(outside, []byte("package gossip\n"), 0o600))
	for name, c := range map[string]struct {
		make func(dir string) error
		want string
	}{
		"another package": {write("a.go", "package main\n"),
			"the file is of package main; begin it with: package gossip"},
		"link to a file": {func(d string) error { return os.Symlink(outside, filepath.Join(d, "a.go")) },
			"a symbolic link; put the file itself there"},
		"link to a directory": {func(d string) error {
			return os.Symlink(filepath.Dir(outside),
				filepath.Join(d, "sub"))
		}, "a symbolic link; put the file itself there"},
		"link to nothing": {func(d string) error { return os.Symlink("nothing", filepath.Join(d, "a.go")) },
			"a symbolic link; put the file itself there"},
		"named pipe": {func(d string) error { return namedPipe(filepath.Join(d, "a.go")) },
			"neither a file nor a directory"},
		"assembly": {write("a_amd64.s", "TEXT ·f(SB), 4, $0\n"),
			"only Go files make a layer; write it in Go"},
		"C":            {write("a.c", "int main;\n"), "only Go files make a layer"},
		"object":       {write("a.syso", "\x7fELF"), "only Go files make a layer"},
		"archive":      {write("a.a", "!<arch>"), "only Go files make a layer"},
		"other system": {write("a_windows.go", "package gossip\n"), "the file's name ends in _windows"},
		"build tag": {write("a.go", "//go:build !strata\n\npackage gossip\n"),
			"build constraints are not allowed"},
		"large": {write("a.go", "package gossip\n\nconst s = `"+strings.Repeat("x", 300<<10)+"`\n"),
			"larger than 256 kB; split it"},
		"not UTF-8": {write("a.go", "package gossip\n\nconst s = \"\xff\"\n"),
			"the file is not UTF-8 text; save it as UTF-8"},
		"nested deep": {write("a.go", "package gossip\n\nimport \"os\"\n\nvar x = "+strings.Repeat("(",
			200_000)), "cannot be read as Go"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			err := c.make(dir)
			if errors.Is(err, errors.ErrUnsupported) {
				t.Skip("this system has no such files")
			}
			require.NoError(t, err)
			l, err := sourcecheck.Check(dir, "gossip")
			require.NoError(t, err)
			require.Contains(t, strings.Join(bare(l), "\n"), c.want)
		})
	}
}

func write(name, text string) func(dir string) error {
	return func(dir string) error { return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600) }
}

func TestCheck_ManyFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.go", "b.go", "c.go", "d.go", "e.go"} {
		require.NoError(t, write(name, "package gossip\n\nconst s = `"+strings.Repeat("x", 250<<10)+"`\n")(dir))
	}
	l, err := sourcecheck.Check(dir, "gossip")
	require.NoError(t, err)
	require.Equal(t, []string{"the layer's files are larger than 1024 kB together; leave out what the layer does " +
		"not need"}, bare(l))
}

// What is no part of the package is not read, whatever it holds; some of it is worth a word.
func TestCheck_WhatIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"gossip_test.go", ".hidden.go", "_old.go", "go.mod", "notes.txt"} {
		require.NoError(t, write(name, "\xff import os")(dir))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "vendor"), 0o700))
	l, err := sourcecheck.Check(dir, "gossip")
	require.NoError(t, err)
	require.Empty(t, l.Files)
	require.False(t, l.Refused())
	require.Len(t, l.Findings, 5)
}

// The layer's own directory.
func TestCheck_AttacksByTheDirectory(t *testing.T) {
	dir := t.TempDir()
	link, file := filepath.Join(dir, "link"), filepath.Join(dir, "file")
	require.NoError(t, os.Symlink("/", link))
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for path, want := range map[string]string{link: "a symbolic link", file: "cannot be read as a directory"} {
		l, err := sourcecheck.Check(path, "gossip")
		require.NoError(t, err)
		require.Contains(t, strings.Join(bare(l), "\n"), want)
	}
	_, err := sourcecheck.Check(filepath.Join(dir, "nowhere"), "gossip")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestCheck_WarnsOfAddresses(t *testing.T) {
	l := check(t, "a.go", "package gossip\n\nimport \"fmt\"\n\n"+
		"func f(x *int) string { return fmt.Sprintf(\"%p\", x) }\n")
	require.False(t, l.Refused())
	require.Len(t, l.Findings, 1)
	require.Equal(t, 5, l.Findings[0].Line)
}

func TestMapOrders(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, write("a.go", `package gossip

import (
	"maps"
	"slices"
	"strata/network"
)

type node struct{ peers map[network.Addr]bool }

func (n *node) all(list []int) (sum int) {
	for peer := range n.peers {
		sum += len(peer)
	}
	for _, one := range list {
		sum += one
	}
	for peer := range maps.Keys(n.peers) {
		sum += len(peer)
	}
	for _, peer := range slices.Sorted(maps.Keys(n.peers)) {
		sum += len(peer)
	}
	return sum
}
`)(dir))
	l, err := sourcecheck.Check(dir, "gossip")
	require.NoError(t, err)
	require.Equal(t, []string{
		filepath.Join(dir, "a.go") + ":12: ranges over the map n.peers",
		filepath.Join(dir, "a.go") + ":18: takes maps.Keys(n.peers) as they come",
	}, l.MapOrders(dir))
}
