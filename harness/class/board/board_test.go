package board

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/grade/report"
	"strata/web/kit"
)

// The page follows a class while somebody else grades it.
func TestBoard_FollowsAClass(t *testing.T) {
	dir := t.TempDir()
	var handins []intake.Handin
	for _, name := range []string{"amy", "bob", "<script>"} {
		handins = append(handins, intake.Handin{Student: intake.Student{Name: name}, Key: name, Digest: name, Dir: t.TempDir()})
	}
	handins = append(handins, intake.Handin{Student: intake.Student{Name: "dan"}, Problem: "is empty"})
	f, err := class.Begin(dir, class.List{Handins: handins})
	require.NoError(t, err)
	now := time.Unix(1000, 0)
	b := &Board{Dir: dir, Now: func() time.Time { return now }}
	s, err := b.State()
	require.NoError(t, err)
	require.Equal(t, []int{4, 0, 3, 1}, []int{s.Total, s.Graded, s.Missing, s.Refused})
	require.Empty(t, s.Left)

	ctx, cancel := context.WithCancel(t.Context())
	_, err = f.Grade(ctx, class.Options{Workers: 1, Grader: func(context.Context, string, int) (report.Report, error) {
		cancel()
		return report.Report{Elapsed: 2 * time.Second, Steps: []report.Step{
			{ID: "gossip.1", Layer: "gossip", Status: report.Passed, Of: 4},
		}}, nil
	}})
	require.ErrorIs(t, err, context.Canceled)
	now = now.Add(30 * time.Second)
	state, err := b.State()
	require.NoError(t, err)
	require.Equal(t, []int{4, 1, 2}, []int{state.Total, state.Graded, state.Missing})
	require.Equal(t, "1m0s", state.Left)
	require.Len(t, state.Slowest, 1)
	require.Equal(t, 1, state.Spread[10])
	require.Equal(t, "is empty", state.Standings[3].Remarks)
}

// A folder that cannot be read is told of, with the remedy, and looked at again.
func TestBoard_SaysWhatIsWrong(t *testing.T) {
	b := &Board{Dir: t.TempDir()}
	require.Contains(t, b.look().Error, "is no folder that strata class grade has made")
	require.NoError(t, os.WriteFile(filepath.Join(b.Dir, "class.json"), []byte("{"), 0o600))
	require.Contains(t, b.look().Error, "run strata class grade again")
}

// The page loads nothing but what is served beside it.
func TestFiles_AreAll(t *testing.T) {
	page, err := fs.ReadFile(Files, "index.html")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllSubmatch(page, -1) {
		from, name := fs.FS(Files), string(m[1])
		if kits, ok := strings.CutPrefix(name, "kit/"); ok {
			from, name = kit.Files, kits
		}
		_, err := fs.Stat(from, name)
		require.NoError(t, err)
	}
}
