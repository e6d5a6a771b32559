package messaging_test

import (
	"testing"

	"strata/harness/lab/transcript/transcripttest"
)

// TestTranscripts plays the scripts in testdata. `go test ./solutions/messaging -rewrite` writes them again.
func TestTranscripts(t *testing.T) { transcripttest.Walk(t, "messaging", "testdata/scripts") }
