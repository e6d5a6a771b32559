package gossiptest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Of a flood only what differs is told.
func TestSame(t *testing.T) {
	require.NoError(t, same("x to get", []string{"b", "a"}, []string{"a", "b"}))
	require.EqualError(t, same("x to get", []string{"b", "b"}, nil), `expected x to get nothing, got "b" "b"`)
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprint(i))
	}
	require.EqualError(t, same("x to get", append(slices.Clone(many), "7", "7"), append(slices.Clone(many), "new")),
		`expected x to get 301 messages, got 302; missing: "new"; too many: "7" "7"`)
	require.Contains(t, same("x to get", nil, many).Error(), `"108" and 288 more; too many: nothing`)
}
