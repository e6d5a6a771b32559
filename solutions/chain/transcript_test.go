package chain_test

import (
	"testing"

	"strata/harness/lab/transcript/transcripttest"
)

// TestTranscripts plays the scripts in testdata. `go test ./solutions/chain -rewrite` writes them again.
func TestTranscripts(t *testing.T) { transcripttest.Walk(t, "chain", "testdata/scripts") }
