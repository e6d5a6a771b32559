package boundary

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/gossip"
)

// fixed is a source of one number.
type fixed uint64

func (f fixed) Uint64() uint64 { return uint64(f) }

// The page names every method that is called or served here.
func TestPage_HasEveryMethod(t *testing.T) {
	page, err := os.ReadFile("../../docs/boundary.md")
	require.NoError(t, err)
	files := []string{"host.go", "stack.go", "link.go", "guest.go", "far.go", "farchain.go"}
	layers, err := filepath.Glob("layer*.go")
	require.NoError(t, err)
	files = append(files, layers...)
	method := regexp.MustCompile(`(?:case |\.call\([&a-z]+, |\.make\(|method != )"([a-z_0-9]+)"`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range method.FindAllSubmatch(text, -1) {
			require.Contains(t, string(page), "`"+string(m[1])+"`", "%s is not on the page", m[1])
			found++
		}
	}
	require.Greater(t, found, 70)
}

// The exchange on the page is what is said.
func TestPage_Exchange(t *testing.T) {
	page, err := os.ReadFile("../../docs/boundary.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(page), "```text\n> {")
	exchange, _, found := strings.Cut("> {"+rest, "```\n")
	require.True(t, found)
	var theirs []string
	for line := range strings.Lines(exchange) {
		if text, is := strings.CutPrefix(line, "< "); is {
			theirs = append(theirs, strings.TrimSpace(text))
		}
	}
	l, sent := scripted(t, theirs...)
	p := &Process{running: &running{link: l}}
	cfg, err := gossip.Config{}.Complete()
	require.NoError(t, err)
	g := Stack(p).NewGossip(&idle{rand: rand.New(fixed(13))}, alone{}, cfg)
	require.NoError(t, g.Start(nil))
	require.NoError(t, g.Broadcast("news", []byte("all")))
	var ours []string
	for line := range strings.Lines(exchange) {
		if text, is := strings.CutPrefix(line, "> "); is {
			ours = append(ours, text)
		}
	}
	require.Equal(t, strings.Join(ours, ""), sent.String())
}
