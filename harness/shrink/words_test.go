package shrink

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/trace"
)

func TestWords_PartOfAFrame(t *testing.T) {
	require.Equal(t, `part of a frame: 4 of 5 bytes: "torn"`, words(trace.Message{Type: trace.TypePart, Summary: `4 of 5 bytes: "torn"`}))
}
