package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade/handin"
	"strata/harness/grade/pipe"
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
		require.NoError(t, out.Message(pipe.Message{Nonce: nonce, ID: 1, Body: pipe.Started(i)}))
	}
	require.NoError(t, w.Close())
	c.read(r, "right")
	var heard []pipe.Message
	for m := range c.reports {
		heard = append(heard, m)
	}
	require.Equal(t, []pipe.Message{{Nonce: "right", ID: 1, Body: pipe.Started(2)}}, heard)
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
		b := &Build{Root: filepath.Join(at, c.root)}
		l := &handin.Layer{Name: "gossip", Dir: filepath.Join(here(c.dir), "gossip")}
		require.Equal(t, here(c.want), b.ownPath(l, here(c.line)))
	}
}

// What a child sees of the machine is the same everywhere: time.Unix gives the machine's place.
func TestChild_HasNoPlace(t *testing.T) {
	require.Contains(t, newChild(Limits{}, &pipes{}).command("nothing", &pipes{}).Env, "TZ=UTC")
}

// What stands before a stack is the runtime's only right before one that came on its own descriptor.
func TestLastLine(t *testing.T) {
	stack := "\nruntime stack:\nruntime.throw(...)\n"
	require.Equal(t, "fatal error: stack overflow", lastLine("fatal error: forged\nfatal error: stack overflow\n"+stack, stack))
	require.Empty(t, lastLine("fatal error: forged\n", ""))
	require.Empty(t, lastLine("fatal error: forged\n"+stack+"more", stack))
}
