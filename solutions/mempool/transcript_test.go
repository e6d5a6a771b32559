package mempool_test

import (
	"testing"

	"strata/harness/lab/transcript/transcripttest"
)

// TestTranscripts plays the scripts in testdata. `go test ./solutions/mempool -rewrite` writes them again.
func TestTranscripts(t *testing.T) { transcripttest.Walk(t, "mempool", "testdata/scripts") }
