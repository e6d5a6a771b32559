package grade

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/pipe"
)

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"a line\n\tand more, größer": "a line\n\tand more, größer",
		"\x1b[31mred\x1b[0m":         "red",
		"\x1b]0;title\aafter":        "after",
		"\x1b]8;;link\x1b\\after":    "after",
		"over\rwritten\b\x00\x7f":    "overwritten",
		"\u009b31mC1":                "31mC1",
		"turned\u202etext":           "turnedtext",
		"not UTF-8 \xff":             "not UTF-8 \uFFFD",
		"cut \x1b[3":                 "cut 3",
	} {
		require.Equal(t, want, plainText(text), "%q", text)
	}
}

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
	c := &child{messages: make(chan pipe.Message, 8)}
	enc := json.NewEncoder(w)
	for _, m := range []pipe.Message{{Kind: pipe.Passed, Job: 1}, {Nonce: "guessed", Kind: pipe.Passed, Job: 1}, {Nonce: "right", Kind: pipe.Failed, Job: 1}} {
		require.NoError(t, enc.Encode(m))
	}
	require.NoError(t, w.Close())
	c.read(r, "right")
	var heard []pipe.Message
	for m := range c.messages {
		heard = append(heard, m)
	}
	require.Equal(t, []pipe.Message{{Nonce: "right", Kind: pipe.Failed, Job: 1}}, heard)
}

// What was announced and got no verdict has failed.
func TestFailure_WithoutAVerdict(t *testing.T) {
	g := &grading{opt: Options{Root: "../..", Dir: "../../solutions"}, sub: &submission{}}
	f, failed := g.failure(&trial{step: steps.List[0], seeds: 3, passed: 2})
	require.True(t, failed)
	require.Equal(t, "1 of 3 runs gave no verdict", f.Text)
}

// What is printed can be pasted into a shell.
func TestShellWord(t *testing.T) {
	for text, want := range map[string]string{
		"students/amy-2": "students/amy-2", "my work": "'my work'", "dan o'neil": `'dan o'\''neil'`, "$HOME": "'$HOME'", "": "''", "-x": "'-x'", "~": "'~'",
	} {
		require.Equal(t, want, ShellWord(text))
	}
}

// Of what is printed the report shows both ends, says what is missing and where it is.
func TestExcerpt(t *testing.T) {
	require.Equal(t, "one\ntwo", excerpt("one\ntwo"))
	long := excerpt("first\n" + strings.Repeat("more\n", 5000) + "last")
	require.True(t, strings.HasPrefix(long, "first\n"))
	require.Contains(t, long, "\n... 4992 lines left out here ...\n")
	require.Contains(t, long, "\nlast\n(25010 bytes are kept of it, the last ones: strata grade --json has them as Output)")
	require.Less(t, len(long), 300)
	require.Less(t, len(excerpt(strings.Repeat("x", 30<<10))), 300)
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
		{"ws", "amy", "\tAT/ws/gossip/gossip.go:9:1: other declaration", "\tAT/ws/gossip/gossip.go:9:1: other declaration"},
	} {
		here := func(text string) string { return strings.ReplaceAll(text, "AT", at) }
		b := &builder{opt: Options{Root: filepath.Join(at, c.root), Dir: here(c.dir)}}
		l := &layer{name: "gossip", dir: filepath.Join(here(c.dir), "gossip")}
		require.Equal(t, here(c.want), b.ownPath(l, here(c.line)))
	}
}

// What a child sees of the machine is the same everywhere: time.Unix gives the machine's place.
func TestChild_HasNoPlace(t *testing.T) {
	require.Contains(t, newChild("nothing", nil, nil, nil).cmd.Env, "TZ=UTC")
}
