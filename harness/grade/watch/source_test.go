package watch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// patience is how long a test waits for the system; it waits for a change, never for time to pass.
const patience = 2 * time.Minute

// workdir is a directory with one layer.
func workdir(t *testing.T) (dir, file string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "exercises")
	file = filepath.Join(dir, "gossip", "gossip.go")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte("package gossip\n"), 0o600))
	return dir, file
}

func sources(t *testing.T, test func(t *testing.T, dir, file string, s Source)) {
	for name, begin := range map[string]func(dir string) (Source, error){
		"files": Files,
		"poll":  func(dir string) (Source, error) { return Poll(dir, 10*time.Millisecond), nil },
	} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			dir, file := workdir(t)
			s, err := begin(dir)
			require.NoError(t, err)
			defer s.Close()
			test(t, dir, file, s)
		})
	}
}

// changed waits until a change is told.
func changed(t *testing.T, s Source) {
	t.Helper()
	select {
	case <-s.Changes():
	case <-time.After(patience):
		require.FailNow(t, "nothing is told")
	}
}

// Editors put a new file into the place of the old one.
func TestSource_Rename(t *testing.T) {
	sources(t, func(t *testing.T, dir, file string, s Source) {
		for i := range 3 { // each has another size: the system's clock may stand still between two
			temp := filepath.Join(filepath.Dir(file), "4913~")
			require.NoError(t, os.WriteFile(temp, []byte("package gossip "+strings.Repeat("// ", i+1)), 0o600))
			require.NoError(t, os.Rename(temp, file))
			changed(t, s)
		}
	})
}

// A layer, and the directory of all, may go and come back.
func TestSource_DirectoriesThatComeBack(t *testing.T) {
	sources(t, func(t *testing.T, dir, file string, s Source) {
		for _, gone := range []string{filepath.Dir(file), dir} {
			require.NoError(t, os.Rename(gone, gone+".away"))
			changed(t, s)
			require.NoError(t, os.Rename(gone+".away", gone))
			for i := range 3 { // the first two may hear of what was before them
				require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("// ", i)+gone), 0o600))
				changed(t, s)
			}
		}
	})
}

// New directories may take the paths of those that are watched, which go on elsewhere.
func TestSource_DirectoriesThatAreReplaced(t *testing.T) {
	sources(t, func(t *testing.T, dir, file string, s Source) {
		for _, replaced := range []string{filepath.Dir(file), dir} {
			require.NoError(t, os.Rename(replaced, replaced+".old"))
			require.NoError(t, os.CopyFS(replaced, os.DirFS(replaced+".old")))
			for i := range 10 { // the first few may hear of the directories
				require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("// ", i)+replaced), 0o600))
				changed(t, s)
			}
		}
	})
}

func TestTree(t *testing.T) {
	dir, file := workdir(t)
	before := Read(dir)
	require.Len(t, before, 1)
	for _, name := range []string{
		".gossip.go.swp", ".#gossip.go", "#gossip.go#", "gossip.go~", "4913", "gossip_test.go", "_gossip.go",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(file), name), []byte("x"), 0o600))
	}
	require.Empty(t, Read(dir).differ(before), "editors' files and tests")
	require.NoError(t, os.WriteFile(file, []byte("package gossip // changed\n"), 0o600))
	require.Equal(t, []string{"gossip"}, Read(dir).differ(before))
	require.NoError(t, os.RemoveAll(dir))
	require.Empty(t, Read(dir))
	require.Equal(t, []string{"gossip"}, Read(dir).differ(before))
}
