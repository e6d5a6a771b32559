package boundary

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/gossip"
)

// fixed is a source of one number.
type fixed uint64

func (f fixed) Uint64() uint64 { return uint64(f) }

// The page names every method, and lists their numbers.
func TestPage_HasEveryMethod(t *testing.T) {
	page, err := os.ReadFile("../../docs/boundary.md")
	require.NoError(t, err)
	var numbers []string
	for m, name := range methods[1:] {
		numbers = append(numbers, strconv.Itoa(m+1)+" `"+name+"`")
	}
	require.Contains(t, strings.Join(strings.Fields(string(page)), " "), strings.Join(numbers, ", "))
}

// The table of the kits names methods that there are, and all but those that no kit needs. The words for what a method takes and
// gives are kinds of values, or objects of the table.
func TestPage_Table(t *testing.T) {
	text, err := os.ReadFile("../../kits/python/strata_kit/methods.json")
	require.NoError(t, err)
	var table map[string]map[string]string
	require.NoError(t, json.Unmarshal(text, &table))
	kinds := strings.Fields("bytes error decimal decimals transaction transactions block settings " +
		"address addresses attributes flag hash id ids key kind number sender side text")
	unused := []string{"offload", "rand", "remote", "changed", "accounts", "reset"}
	for object, entries := range table {
		for entry, values := range entries {
			name, _, _ := strings.Cut(entry, "=")
			if name == "once" { // a function that is called once at most
				name = "run"
			}
			require.Contains(t, methods[1:], name, object)
			unused = append(unused, name)
			for word := range strings.FieldsSeq(strings.NewReplacer("->", " ", "?", " ").Replace(values)) {
				require.True(t, table[word] != nil || slices.Contains(kinds, word), "%s.%s: %s", object, name, word)
			}
		}
	}
	require.Subset(t, unused, methods[1:callReset+1], "what the six layers need")
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
