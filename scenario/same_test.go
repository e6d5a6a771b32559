package scenario_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

// Of a flood only what differs is told.
func TestSame(t *testing.T) {
	require.NoError(t, scenario.Same("x to get", []string{"b", "a"}, []string{"a", "b"}))
	require.EqualError(t, scenario.Same("x to get", []string{"b", "b"}, nil), `expected x to get nothing, got "b" "b"`)
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprint(i))
	}
	require.EqualError(t, scenario.Same("x to get",
		append(slices.Clone(many), "7", "7"), append(slices.Clone(many), "new")),
		`expected x to get 301 entries, got 302; missing: "new"; too many: "7" "7"`)
	require.Contains(t, scenario.Same("x to get", nil, many).Error(), `"108" and 288 more; too many: nothing`)
}
