package api_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/node/process/api"
	"strata/node/process/metrics"
	"strata/node/store"
)

// H7: Prometheus' own checker has nothing against what a node serves: each family has its HELP and TYPE,
// names end as they should, histograms are ordinary.
func TestFigures_PromtoolAccepts_H7_NeedsPromtool(t *testing.T) {
	promtool := needs.Program(t, "apt-get install prometheus", "promtool")
	r := newRig(t, api.Config{})
	cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(figuresOf(r))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Empty(t, string(out))
}

// Each sample belongs to the family that was begun before it, and each family begins once.
func TestFigures_FamiliesBeginOnce_H7(t *testing.T) {
	r := newRig(t, api.Config{})
	r.extend()
	begun, kind := map[string]bool{}, ""
	family := ""
	for line := range strings.Lines(figuresOf(r)) {
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "# HELP "):
			family = fields[2]
			require.False(t, begun[family], family)
			require.Greater(t, len(fields), 3, "%s has no help", family)
			begun[family] = true
		case strings.HasPrefix(line, "# TYPE "):
			require.Equal(t, family, fields[2])
			kind = fields[3]
		default:
			name, _, _ := strings.Cut(fields[0], "{")
			if kind == "histogram" {
				name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
			}
			require.Equal(t, family, name)
		}
	}
	for _, name := range []string{"strata_build_info", "strata_tip_moved_timestamp_seconds", "strata_loop_wait_seconds", "process_start_time_seconds"} {
		require.True(t, begun[name], name)
	}
}

// A commit that fails is counted, with how long all of them took.
func TestMeasured(t *testing.T) {
	set := metrics.NewSet()
	db := api.Measured(store.NewMemory(), set)
	require.NoError(t, db.Update(func(store.Writer) error { return nil }))
	require.Error(t, db.Update(func(store.Writer) error { return store.ErrCorrupt }))
	var p metrics.Page
	set.Write(&p)
	require.Contains(t, string(p.Bytes()), "strata_store_commit_seconds_count 2\n")
	require.Contains(t, string(p.Bytes()), "strata_store_failures_total 1\n")
}
