package worked

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/cmd/strata/command"
)

var rewrite = flag.Bool("rewrite", false, "write the worked runs of the chapters again")

// What a chapter shows of a failing grade is what the command prints, and every chapter of the core shows one.
func TestChaptersShowRealReports(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and grades a hand-in")
	}
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	chapters, err := filepath.Glob(filepath.Join(root, "docs", "[0-6]-*.md"))
	require.NoError(t, err)
	require.Len(t, chapters, 7)
	pages := map[string]string{}
	var all, green []string
	for _, name := range chapters {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		pages[name] = strings.ReplaceAll(string(text), "\r\n", "\n")
		require.NotEmpty(t, names(pages[name]), "%s has no worked run", name)
		require.NotEmpty(t, steps(pages[name]), "%s does not show how the step passes", name)
		all, green = append(all, names(pages[name])...), append(green, steps(pages[name])...)
	}
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("exercises", 0o755))
	broken, err := hand(os.DirFS(root), "exercises", all)
	require.NoError(t, err)
	said := map[string]string{}
	for name, step := range broken {
		require.Contains(t, green, step, "%s is repaired, and does not pass", name)
		said[name] = first(graded(t, root, "exercises", step, 1))
	}
	for _, step := range green {
		said[step] = whole(step, graded(t, root, filepath.Join(root, "solutions"), step, 0))
	}
	for name, page := range pages {
		now := fill(page, said)
		if *rewrite && now != page {
			require.NoError(t, os.WriteFile(name, []byte(now), 0o644))
			continue
		}
		require.Equal(t, page, now, "go test ./harness/proof/worked -rewrite")
	}
}

// graded is what the command prints about one step of a hand-in, with that status.
func graded(t *testing.T, root, dir, step string, want int) string {
	var out, log bytes.Buffer
	w := command.World{Out: &out, Err: &log, LookupEnv: func(string) (string, bool) { return "", false }}
	status := command.Main(t.Context(), w, []string{"grade", dir, "--root", root, "--step", step})
	require.Equal(t, want, status, "%s: %s%s", step, out.String(), log.String())
	return out.String()
}
