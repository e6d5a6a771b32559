package mutants

import (
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
	made, err := operate("gossip", "x.go", source)
	require.NoError(t, err)
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
	}, got)
	require.Contains(t, made[4].Edits[0].New, "if n <= 3 && ready() {")
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
