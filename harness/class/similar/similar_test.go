package similar

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// code is a function of many statements, each of another shape: which ones, the seed says.
func code(seed uint64, statements int) string {
	shapes := []string{
		"x = append(x, %d)", "if y > %d { return x }", "for i := range %d { y += i }", "m[%d] = y * (y - 1)",
		"defer f(%d, y)",
		"go func() { c <- %d }()", "switch { case y == %d: y++; default: y-- }", "y = len(x[%d:]) << 2",
		"s.a.b(%d)(y)", "c <- y ^ %d",
	}
	var out strings.Builder
	out.WriteString("package gossip\n\nfunc work(x []int, y int) []int {\n")
	for range statements {
		seed = seed*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&out, "\t"+shapes[seed>>33%uint64(len(shapes))]+"\n", seed>>50)
	}
	out.WriteString("\treturn x\n}\n")
	return out.String()
}

func work(name, text string) Work {
	return Work{Name: name, Digest: name, Sources: []Source{{"gossip/a.go", []byte(text)}}}
}

var word = regexp.MustCompile(`\b(x|y|m|work|s)\b`)

// Other names, comments, numbers, order and layout hide nothing; what both were given is not counted.
func TestCompare_FindsWhatWasCopied(t *testing.T) {
	base := code(1, 60)
	copied := code(2, 60)
	disguised := word.ReplaceAllString(copied, "other$1")
	disguised = strings.ReplaceAll(disguised, "\n", " // and so on\n\n")
	disguised = regexp.MustCompile(`\d+`).ReplaceAllString(disguised, "4711")
	works := []Work{
		work("amy", base+code(3, 60)+copied), work("bob", disguised+code(4, 60)+base), work("cat", base+code(5, 120)),
		work("dan", base),
	}
	pairs := Compare(works, []Source{{"gossip/a.go", []byte(base)}}, 0.2)
	require.Len(t, pairs, 1)
	p := pairs[0]
	require.Equal(t, []string{"amy", "bob"}, []string{p.A, p.B})
	require.Greater(t, p.Share, 0.35)
	require.Less(t, p.Share, 0.65)
	largest := slices.MaxFunc(p.Passages, func(a, b Passage) int { return a.A.End - a.A.First - b.A.End + b.A.First })
	a := largest.A
	begin := strings.Count(base+code(3, 60), "\n")
	require.InDelta(t, begin, a.First, 12)
	require.InDelta(t, begin+62, a.End, 12)
	require.Less(t, largest.B.First, 24)
}

// A passage of Gram+Window-1 tokens is found wherever it stands.
func TestWinnow_MissesNoLongPassage(t *testing.T) {
	for shift := range 40 {
		passage := code(9, 30)
		a := winnow(grams([]byte(code(uint64(shift), 20) + passage)))
		b := winnow(grams([]byte(passage)))
		have := make(map[uint64]bool)
		for _, g := range a {
			have[g.hash] = true
		}
		found := 0
		for _, g := range b {
			if have[g.hash] {
				found++
			}
		}
		require.Greater(t, found, len(b)/2)
	}
}

// What many have is nobody's own, and two equal hand-ins are said to be equal.
func TestCompare_WhatManyHave(t *testing.T) {
	var works []Work
	for i := range 12 {
		works = append(works, work(fmt.Sprint("s", i), code(77, 60)+code(uint64(100+i), 40)))
	}
	require.Empty(t, Compare(works, nil, 0.2))
	same := work("t", code(7, 60))
	other := same
	other.Name = "u"
	pairs := Compare(append(works, same, other), nil, 0.2)
	require.Len(t, pairs, 1)
	require.True(t, pairs[0].Same)
	require.EqualValues(t, 1, pairs[0].Share)
	require.Empty(t, Compare([]Work{work("a", "no go at all { \x00"), work("b", "")}, nil, 0))
}

// The page marks both sides, and no text of a hand-in becomes a part of it.
func TestPage(t *testing.T) {
	copied := code(2, 60) + "// </pre><script>\n"
	works := []Work{work("<amy>", code(3, 20)+copied), work("bob", copied)}
	var out strings.Builder
	require.NoError(t, Page(&out, works, Compare(works, nil, 0.1)))
	require.Contains(t, out.String(), "<bdi>&lt;amy&gt;</bdi> and <bdi>bob</bdi>")
	require.Equal(t, 2, strings.Count(out.String(), "<pre "))
	require.Greater(t, strings.Count(out.String(), "<mark>"), 80)
	require.NotContains(t, out.String(), "<script>")
}
