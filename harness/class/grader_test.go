package class

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/report"
)

const root = "../.."

// gossip is a directory that holds layer 4: ours, with another file beside it.
func gossip(t *testing.T, beside string) string {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "gossip"), os.DirFS(filepath.Join(root, "solutions", "gossip"))))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "gossip", "beside.go"), []byte("package gossip\n\n"+beside+"\n"), 0o600))
	return dir
}

// G6: hand-ins are built without go build from the first on, and each comes to what it comes to alone: whatever was before it.
func TestGraders_GradeAsAlone_G6(t *testing.T) {
	s := Settings{Seeds: 2, First: 1, Layers: []string{"gossip"}, Timeout: 20 * time.Second, Budget: time.Hour}
	graders := NewGraders(root)
	defer graders.Close()
	graders.Ahead(t.Context())
	graders.begun.Wait()
	alone := func(ctx context.Context, dir string, _ int) (report.Report, error) {
		return grade.Grade(ctx, grade.Options{Root: root, Dir: dir, Layers: s.Layers, Seeds: s.Seeds, FirstSeed: s.First, Jobs: 1,
			Timeout: s.Timeout, Budget: s.Budget})
	}
	relinked := 0
	for _, one := range []struct {
		beside string
		plain  bool // go build has nothing to say
	}{
		{"// Number 1.", true},
		{"func init() { panic(1) }", false}, // is refused
		{"var _ = nothing", false},          // does not compile
		{"// Number 2.", true},
	} {
		dir := gossip(t, one.beside)
		result, _, err := One(t.Context(), graders.Of(s, nil), dir, 1)
		require.NoError(t, err)
		want, _, err := One(t.Context(), alone, dir, 1)
		require.NoError(t, err)
		require.Equal(t, string(want), string(result))
		require.Len(t, graders.idle, 1, "one at a time needs one")
		all, _ := graders.idle[0].Relinked()
		if one.plain && runtime.GOOS == "linux" {
			relinked++
		}
		require.Equal(t, relinked, all, one.beside)
	}
}
