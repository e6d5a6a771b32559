package mutants

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOperate(t *testing.T) {
	const source = `package x

func f(n int) bool {
	n++
	if n < 3 && ready() {
		reset()
		n = 1
	}
	return true
}
`
	made := operated(t, source)
	var got []string
	for _, m := range made {
		require.True(t, m.Mechanical)
		require.False(t, m.Right())
		got = append(got, m.Name+"  "+m.About)
	}
	require.Equal(t, []string{
		"gossip/x.go:f:drop:1  line 4: n++ becomes nothing",
		"gossip/x.go:f:negate:1  line 5: n < 3 && ready() becomes !(n < 3 && ready())",
		"gossip/x.go:f:drop-if:1  line 5: if n < 3 && ready() { reset() n = 1 } becomes nothing",
		"gossip/x.go:f:logic:1  line 5: && becomes ||",
		"gossip/x.go:f:boundary:1  line 5: < becomes <=",
		"gossip/x.go:f:constant:1  line 5: 3 becomes (3+1)",
		"gossip/x.go:f:drop:2  line 6: reset() becomes nothing",
		"gossip/x.go:f:drop:3  line 7: n = 1 becomes nothing",
		"gossip/x.go:f:constant:2  line 7: 1 becomes (1+1)",
		"gossip/x.go:f:constant:3  line 9: true becomes false",
		"gossip/x.go:f:swap:1  line 4: n++ if n < 3 && ready() { reset() n = 1 } becomes if n < 3 && ready() { reset() n = 1 } n++",
		"gossip/x.go:f:part:1  line 5: n < 3 && ready() becomes n < 3",
		"gossip/x.go:f:part:2  line 5: n < 3 && ready() becomes ready()",
		"gossip/x.go:f:less:1  line 5: 3 becomes (3-1)",
		"gossip/x.go:f:swap:2  line 6: reset() n = 1 becomes n = 1 reset()",
		"gossip/x.go:f:less:2  line 7: 1 becomes (1-1)",
	}, got)
	require.Contains(t, made[4].Edits[0].New, "if n <= 3 && ready() {")
}

// operated are the mutants of one file of a layer.
func operated(t *testing.T, source string) []Mutant {
	t.Helper()
	p, err := survey("gossip", map[string]string{"x.go": source})
	require.NoError(t, err)
	return p.operate("x.go")
}

// The second set: an order, half a condition, the first of many, what is not reset, what is kept across calls, and
// bounds with a name.
func TestOperate_Slips(t *testing.T) {
	made := operated(t, `package x

type box struct {
	a, b int
	c    []byte
}

func (x *box) fill(cfg config, n ...int) (sum int, err error) {
	y := &box{a: 1, b: cfg.MaxSize}
	for _, one := range n {
		sum += one
	}
	x.a, x.b = y.a, 0
	*x = box{}
	return sum, nil
}
`)
	text := make(map[string]string)
	for _, m := range made {
		text[strings.TrimPrefix(m.Name, "gossip/x.go:fill:")] = m.Edits[0].New
	}
	for name, want := range map[string]string{
		"swap:2":  "*x = box{}\nx.a, x.b = y.a, 0",
		"first:1": "sum += one\n\t\nbreak\n}",
		"keep:1":  "\tx.b = 0\n",
		"keep:2":  "\tx.a = y.a\n",
		"keep:3":  "*x = box{a: x.a}",
		"keep:5":  "*x = box{c: x.c}",
		"unset:1": "&box{b: cfg.MaxSize}",
		"less:2":  "b: (cfg.MaxSize-1)}",
		"more:1":  "b: (cfg.MaxSize+1)}",
		"cache:1": "func (x *box) askedfill(cfg config",
	} {
		require.Contains(t, text[name], want, name)
	}
	require.Contains(t, text["cache:1"], "type box struct {\nfirstfill func() (sum int, err error)\n")
	require.Contains(t, text["cache:1"], "kept0, kept1 := x.askedfill(cfg, n...)")
	require.NotContains(t, text, "less:3", "a zero has nothing below it")
}

// Every line of equivalent.txt names a mutant that there still is.
func TestOperators_KnowsTheEquivalent(t *testing.T) {
	all, err := Operators(root)
	require.NoError(t, err)
	require.Greater(t, len(all), 300)
}

func TestEquivalents(t *testing.T) {
	got, err := equivalents("# why\n\na/b.go:f:drop:1 only the log differs\n")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a/b.go:f:drop:1": "only the log differs"}, got)
	for _, bad := range []string{"a/b.go:f:drop:1", "x one\nx two"} {
		_, err = equivalents(bad)
		require.ErrorContains(t, err, "stands twice or without a reason")
	}
}
