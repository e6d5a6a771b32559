package page_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/harness/trace"
	"strata/harness/trace/page"
)

// No text of a run can become a part of the page that runs.
func TestPage_HoldsTextAsData(t *testing.T) {
	evil := `</script><script>alert(1)</script><!--{{script}}`
	var r trace.Recorder
	r.Event(sim.TraceEvent{At: 50, Node: "10.0.0.1:4000", Kind: sim.TraceLog, Text: evil})
	run := r.Finish(trace.Header{Scenario: evil, Title: evil, Failure: &trace.Failure{Text: evil, At: 60}})
	var file bytes.Buffer
	require.NoError(t, page.Write(&file, run))
	text := file.String()
	require.NotContains(t, text, "<script>alert")
	require.Equal(t, 2, strings.Count(text, "<script"))
	require.Equal(t, 2, strings.Count(text, "</script"))
	require.NotContains(t, text, "http://")
	require.NotContains(t, text, "https://")
	require.Regexp(t, `Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'`, text)
	data := regexp.MustCompile(`(?s)<script type="application/json" id="run">(.*?)</script>`).FindStringSubmatch(text)
	require.Len(t, data, 2)
	var drawn struct{ Header trace.Header }
	require.NoError(t, json.Unmarshal([]byte(data[1]), &drawn))
	require.Equal(t, evil, drawn.Header.Scenario)
}
