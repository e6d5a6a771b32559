package grade_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/report"
	"strata/harness/proof/mutants"
	"strata/scenario"
)

// sealed grades behind glass. What runs the layers there is kept.
func sealed(t *testing.T, dir string, ids ...string) (report.Report, string) {
	t.Helper()
	r := graded(t, grade.Options{Dir: dir, Steps: ids, Seeds: 2, Timeout: 4 * time.Second, Sealed: true, AsFound: true})
	var text bytes.Buffer
	require.NoError(t, r.JSON(&text))
	return r, text.String()
}

// C3, C4, C13: behind glass there is nothing to see but handles of what is in the same room: neither the run, the checks nor the
// layers around. An error crosses as one of the named ones or as none. And what comes of it repeats, to the last byte, in another directory.
func TestSealed_AttacksRepeat_C3_C4_C13(t *testing.T) {
	dir := copied(t)
	attack{file: "peek", layer: "gossip"}.add(t, dir)
	attack{file: "any-error", layer: "mempool"}.add(t, dir)
	ids := []string{"gossip.1", "mempool.1", "mempool.2", "mempool.3", "chain.1"}
	r, text := sealed(t, dir, ids...)
	require.Equal(t, step(t, r, "chain.1").Of, r.Points, text)
	require.NotEmpty(t, r.Failures, text)
	printed := r.Failures[0].Output
	require.Contains(t, printed, "PEEK")
	for _, word := range []string{"eed:", "Seed", "scenario.", "sim.", "explore.", "lab.", "test.", "solutions", "10.0.0"} {
		require.NotContains(t, printed, word)
	}
	other := t.TempDir()
	require.NoError(t, os.CopyFS(other, os.DirFS(dir)))
	_, again := sealed(t, other, ids...)
	require.Equal(t, text, again)
}

// What a layer allocates is counted behind glass as well (NET-2). One that takes what a stranger claims (NET-4) runs out of memory.
func TestSealed_CountsWhatIsAllocated_NET2_NET4(t *testing.T) {
	bank, err := mutants.Load(os.DirFS(root))
	require.NoError(t, err)
	for name, why := range map[string]string{"network/pieces-copied-again": "16 bytes allocated for each byte",
		"network/limit-after-allocation": "out of memory"} {
		i := slices.IndexFunc(bank, func(m mutants.Mutant) bool { return m.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		files, err := bank[i].Apply(os.DirFS(root))
		require.NoError(t, err)
		dir := copied(t)
		for file, text := range files {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "network", file), []byte(text), 0o600))
		}
		r, text := sealed(t, dir, "network.1")
		require.Zero(t, step(t, r, "network.1").Points, text)
		require.Contains(t, text, why)
	}
}

// LED-8, LED-9: an elective, which needs a disk and a key, comes to the same behind glass as in place. One that takes a failed sync
// for a good one fails by the same rule, in the same run, at the same time.
func TestSealed_ElectiveAsInPlace_LED8_LED9(t *testing.T) {
	dir := broken(t, "leader/log.go", "l.disk.Sync(l.file, done)", "l.disk.Sync(l.file, func(error) { done(nil) })")
	there, text := sealed(t, dir, "leader.1", "leader.3")
	here := graded(t, grade.Options{Dir: dir, Steps: []string{"leader.1", "leader.3"}, Seeds: 2, Timeout: 4 * time.Second, AsFound: true})
	require.Zero(t, step(t, there, "leader.1").Points, text)
	require.Equal(t, step(t, here, "leader.3").Of, there.Points, text)
	require.Equal(t, told(here), told(there))
	require.Contains(t, text, "LDR-9")
}

// told is what a report says of each failure that does not depend on where the layers run.
func told(r report.Report) (lines []string) {
	for _, f := range r.Failures {
		lines = append(lines, fmt.Sprintf("%s seed %d at %v: %s %s", f.Scenario, f.Seed, f.At, f.Rule, f.Text))
	}
	return lines
}

// What cannot be sealed is said before anything is built.
func TestSealed_Refuses(t *testing.T) {
	for _, opt := range []grade.Options{{Exec: []string{"true"}}, {Layers: []string{"lattice"}}, {Steps: []string{"echo.1"}}} {
		opt.Root, opt.Dir, opt.Sealed = root, filepath.Join(root, "solutions"), true
		_, err := grade.Grade(context.Background(), opt)
		require.ErrorIs(t, err, grade.ErrUsage)
		require.ErrorContains(t, err, "cannot be sealed")
	}
}

// Runs are replayed and orders explored behind glass as well, and nothing that cannot be sealed is built.
func TestSealed_ReplayAndExplore(t *testing.T) {
	opt := kept(grade.Options{Dir: filepath.Join(root, "solutions"), Timeout: 4 * time.Second, Sealed: true})
	var text strings.Builder
	passed, err := grade.Replay(context.Background(), grade.ReplayOptions{Options: opt, Scenario: "gossip/once", Seed: 1}, &text)
	require.NoError(t, err)
	require.True(t, passed, text.String())
	require.Contains(t, text.String(), "gossip/once, seed 1")
	text.Reset()
	passed, err = grade.Explore(context.Background(), grade.ExploreOptions{Options: opt, Scenario: "messaging/orders-endings", Seed: 1,
		Adjust: func(b *scenario.Budget) { b.States = 20 }}, &text)
	require.NoError(t, err)
	require.True(t, passed, text.String())
	require.Contains(t, text.String(), "states")
	_, err = grade.Replay(context.Background(), grade.ReplayOptions{Options: opt, Scenario: "echo/answers", Seed: 1}, &text)
	require.ErrorIs(t, err, grade.ErrUsage)
	require.ErrorContains(t, err, "cannot be sealed")
}
