package explain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/explain/vary"
	"strata/harness/grade/handin"
	"strata/harness/grade/report"
	"strata/harness/grade/sourcecheck"
)

// Runs that part only after others have a cause of their own, and none of its suspects is a map.
func TestSuspect_WhatOutlivesARun(t *testing.T) {
	check := sourcecheck.Layer{
		Files: []string{"a.go"},
		Sources: map[string][]byte{
			"a.go": []byte("package gossip\n\nfunc f(m map[int]int) {\n\tfor range m {\n\t}\n}\n")},
		Findings: []sourcecheck.Finding{{File: "g/a.go", Line: 3, Reason: "%p prints an address", Warning: true}},
	}
	e := &Explainer{Sub: &handin.Submission{Layers: []*handin.Layer{{Name: "gossip", Dir: "g", Check: check}}}}
	f := report.Finding{Difference: &vary.Difference{After: 3}}
	e.suspect(&f, []string{"gossip"})
	require.Equal(t, "something that outlives a run", f.Cause)
	require.Equal(t, []string{"g/a.go:3: %p prints an address"}, f.Suspects)
	f = report.Finding{Difference: &vary.Difference{Order: true}}
	e.suspect(&f, []string{"gossip"})
	require.Equal(t, []string{"g/a.go:4: ranges over the map m"}, f.Suspects)
}
