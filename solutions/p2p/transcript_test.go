package p2p_test

import (
	"testing"

	"strata/harness/lab/transcript/transcripttest"
)

// TestTranscripts plays the scripts in testdata. `go test ./solutions/p2p -rewrite` writes them again.
func TestTranscripts(t *testing.T) { transcripttest.Walk(t, "p2p", "testdata/scripts") }
