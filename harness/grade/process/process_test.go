package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/handin"
	"strata/harness/grade/pipe"
	"strata/harness/grade/toolchain"
	"strata/harness/proof/needs"
	"strata/harness/sandbox"
)

func TestTail_Bounded(t *testing.T) {
	var printed tail
	for range 100 {
		n, err := printed.Write(make([]byte, 10<<10))
		require.NoError(t, err)
		require.Equal(t, 10<<10, n)
	}
	require.Len(t, printed.String(), 30<<10)
	require.Less(t, cap(printed.text), 200<<10)
}

// A message without the nonce that the child was told is nobody's.
func TestChild_HearsOnlyItsOwn(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	c := &child{reports: make(chan pipe.Message, 8)}
	out := pipe.NewWriter(w)
	for i, nonce := range []string{"", "guessed", "right"} {
		require.NoError(t, out.Message(pipe.Message{Nonce: nonce, ID: 1, Body: pipe.Said{Over: i > 0}}))
	}
	require.NoError(t, w.Close())
	c.read(r, "right")
	var heard []pipe.Message
	for m := range c.reports {
		heard = append(heard, m)
	}
	require.Equal(t, []pipe.Message{{Nonce: "right", ID: 1, Body: pipe.Said{Over: true}}}, heard)
}

// A file of the student's is called by the student's name for it, wherever it lies.
func TestBuilder_OwnPath(t *testing.T) {
	at := t.TempDir()
	t.Chdir(at)
	for _, c := range []struct{ root, dir, line, want string }{
		{"ws", "ws/exercises", "exercises/gossip/a.go:3:1: oops", "ws/exercises/gossip/a.go:3:1: oops"},
		{"ws", "amy", "exercises/gossip/a.go:3:1: oops", "amy/gossip/a.go:3:1: oops"},
		{"ws", "amy", "./exercises/gossip/a.go:3:1: oops", "amy/gossip/a.go:3:1: oops"},
		{"ws", "amy", "../amy/gossip/a.go:3:1: oops", "amy/gossip/a.go:3:1: oops"},
		{"ws", "my work", "../my work/gossip/a.go:3:1: oops", "my work/gossip/a.go:3:1: oops"},
		{"ws", "amy", "AT/amy/gossip/a.go:3:1: oops", "amy/gossip/a.go:3:1: oops"},
		{"ws", "AT/amy", "../amy/gossip/a.go:3:1: oops", "AT/amy/gossip/a.go:3:1: oops"},
		{"ws", "ws/mine", "mine/gossip/a.go:3:1: oops", "ws/mine/gossip/a.go:3:1: oops"},
		{"ws", "amy", "\tAT/ws/gossip/gossip.go:9:1: other declaration",
			"\tAT/ws/gossip/gossip.go:9:1: other declaration"},
	} {
		here := func(text string) string { return strings.ReplaceAll(text, "AT", at) }
		b := &Build{Root: filepath.Join(at, c.root)}
		l := &handin.Layer{Name: "gossip", Dir: filepath.Join(here(c.dir), "gossip")}
		require.Equal(t, here(c.want), b.ownPath(l, here(c.line)))
	}
}

// What a child sees of the machine is the same everywhere: time.Unix gives the machine's place.
func TestChild_HasNoPlace(t *testing.T) {
	require.Contains(t, newChild(Limits{}, &pipes{}).command(&pipes{}).Env, "TZ=UTC")
}

// What stands before a stack is the runtime's only right before one that came on its own descriptor.
func TestLastLine(t *testing.T) {
	stack := "\nruntime stack:\nruntime.throw(...)\n"
	require.Equal(t, "fatal error: stack overflow", lastLine("fatal error: forged\nfatal error: stack overflow\n"+stack,
		stack))
	require.Empty(t, lastLine("fatal error: forged\n", ""))
	require.Empty(t, lastLine("fatal error: forged\n"+stack+"more", stack))
}

// G4: a machine that stood still proves nothing of a child: only the time counts in which it could run.
func TestPatience_OfAMachineThatStoodStill(t *testing.T) {
	wait := newPatience(time.Second, func() (time.Duration, bool) { return 0, true })
	for range 10 {
		wait.last = time.Now().Add(-time.Hour) // suspended, each time
		require.False(t, wait.over())
	}
	wait.used = func() (time.Duration, bool) { return 0, false }
	for range int(awakeTime(time.Second) / look) {
		if wait.over() {
			return
		}
		wait.last = time.Now().Add(-look)
	}
	require.Fail(t, "it waits for ever for a child of which nothing is known")
}

// A child that works for longer than it may is told from one that waits for its turn.
func TestPatience_CountsProcessorTime(t *testing.T) {
	used := time.Second
	wait := newPatience(50*time.Millisecond, func() (time.Duration, bool) { return used, true })
	require.False(t, wait.over(), "what it had before does not count")
	used += 50 * time.Millisecond
	require.False(t, wait.over())
	used++
	require.True(t, wait.over())
	closed := make(chan struct{})
	require.False(t, wait.until(closed, nil))
	close(closed)
	require.True(t, wait.until(nil, closed))
}

// What is printed belongs to the task before whose mark it stands, in whatever pieces it comes and however late.
func TestTail_Marks(t *testing.T) {
	mark := pipe.Mark("secret")
	text := []byte("of one" + string(mark) + string(mark) + "of three, \x00secre\x00" + string(mark) + "of four")
	for size := 1; size < 12; size++ {
		printed := &tail{mark: mark}
		for at := 0; at < len(text); at += size {
			before := printed.marks
			_, _ = printed.Write(text[at:min(at+size, len(text))])
			if before == 0 && printed.marks == 1 {
				require.Equal(t, "of one", printed.of(1))
			}
		}
		require.Equal(t, "of three, \x00secre\x00", printed.of(3))
		require.Equal(t, "of four", printed.String())
	}
}

// build is a build of the solutions.
func build(t *testing.T) *Build {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	sub, err := handin.Inspect(t.Context(), root, filepath.Join(root, "solutions"))
	require.NoError(t, err)
	return &Build{Root: root, Sub: sub, Temp: t.TempDir(), Limits: Limits{Timeout: 4 * time.Second, Memory: 1 << 29}}
}

// C6: a build that takes more than layers need ends at a bound, and it is the layers' fault only if all else can be
// built.
func TestBuild_IsBounded(t *testing.T) {
	within := box
	for want, limited := range map[string]sandbox.Box{
		"too much processor": {CPU: 10 * time.Millisecond}, "too much memory": {Memory: 1 << 20},
		"did not end in time": {Wall: 10 * time.Millisecond},
	} {
		t.Run(want, func(t *testing.T) {
			if limited.Memory > 0 {
				needs.Limits(t)
			}
			b := build(t)
			box = limited
			defer func() { box = within }()
			binary := filepath.Join(b.Temp, "child")
			faults, err := b.compile(t.Context(), nil, "-o", binary, childProgram)
			require.NoError(t, err)
			require.Contains(t, string(faults), want)
			require.NoFileExists(t, binary)
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := build(t).compile(ctx, nil, "-a", "-o", os.DevNull, childProgram)
	require.ErrorIs(t, err, context.Canceled)
}

// C6: a submission of a class leaves nothing in the user's build cache.
func TestBuild_Apart(t *testing.T) {
	b := build(t)
	b.Apart = true
	l := b.Sub.Layer("chain")
	l.Check.Sources["chain.go"] = append(l.Check.Sources["chain.go"], fmt.Sprintf("\nconst unique = %d\n",
		os.Getpid())...)
	_, err := b.Child(t.Context())
	require.NoError(t, err)
	require.True(t, l.Usable(), l.Why)
	made, err := filepath.Glob(filepath.Join(b.Temp, "cache", "*-d"))
	require.NoError(t, err)
	shared, err := toolchain.Cache(t.Context())
	require.NoError(t, err)
	theirs := 0
	for _, file := range made {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if !bytes.Contains(text, []byte("strata/exercises/chain")) {
			continue // others may build what all have in common
		}
		theirs++
		name := filepath.Base(file)
		require.NoFileExists(t, filepath.Join(shared, name[:2], name))
	}
	require.NotZero(t, theirs)
}

// C6: what is built of one submission of a class is found by no other, also if both have the same layer.
func TestBuild_ApartFromEachOther(t *testing.T) {
	own := make([]string, 2)
	for i := range own {
		b := build(t)
		b.Apart = true
		l := b.Sub.Layer("chain")
		l.Check.Sources["new.go"] = fmt.Appendf(nil, "package chain\n\nconst handedInTwice = %d\n", os.Getpid())
		_, err := b.Child(t.Context())
		require.NoError(t, err)
		own[i] = filepath.Join(b.Temp, "cache")
	}
	layer := func(dir string) (entries []string) {
		files, err := filepath.Glob(filepath.Join(dir, "*-d"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			if bytes.Contains(text, []byte("strata/exercises/chain")) {
				entries = append(entries, filepath.Base(file))
			}
		}
		return entries
	}
	require.NotEmpty(t, layer(own[0]))
	require.Equal(t, layer(own[0]), layer(own[1]), "each is built for itself, from the same bytes")
}

// G17: a child that cannot start, or ends before it is ready though one has been ready before, is the machine's trouble.
func TestClient_ThatCannotStart_G17(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("no program"), 0o700))
	ends := needs.Program(t, "it is part of every system", "true")
	for _, binary := range []string{filepath.Join(t.TempDir(), "nothing"), text, ends} {
		c := &Client{Binary: binary, Limits: Limits{Timeout: time.Second, Memory: 1 << 29}}
		_, err := Do(t.Context(), c, pipe.Line{}, Call{})
		require.ErrorIs(t, err, ErrStart, binary)
		var gone *Crash
		require.False(t, errors.As(err, &gone) && binary != ends, binary)
	}
}

// Whatever gets past the checks of sources: a child has no files, where there is bubblewrap or landlock, and the
// report can say so.
func TestChild_HasNoFiles(t *testing.T) {
	b, secret := build(t), filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	l := b.Sub.Layer("chain")
	l.Check.Sources["pry.go"] = fmt.Appendf(nil, `package chain

import (
	"fmt"
	"os"
)

var _ = func() int {
	_, read := os.ReadFile(%[1]q)
	write := os.WriteFile(%[1]q+".new", nil, 0o600)
	panic(fmt.Sprint("read ", read == nil, ", write ", write == nil))
}()
`, secret)
	_, err := b.Child(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, b.Held.Limits)
	if b.Held.Files == "" {
		t.Skip("this system has neither bubblewrap nor landlock")
	}
	require.Contains(t, strings.Join(l.Why, "\n"), "read false, write false")
}
