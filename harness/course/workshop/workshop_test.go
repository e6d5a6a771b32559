package workshop

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/course/book"
	"strata/harness/grade/toolchain"
)

// packed is the archive of this checkout, made once.
var packed = sync.OnceValues(func() ([]byte, error) { return Pack(root) })

const root = "../../.."

func archive(t *testing.T) *Archive {
	t.Helper()
	data, err := packed()
	require.NoError(t, err)
	a, err := Open(data)
	require.NoError(t, err)
	return a
}

func TestPack_SameSourcesSameArchive(t *testing.T) {
	first, err := packed()
	require.NoError(t, err)
	second, err := Pack(root)
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Less(t, len(first), 8<<20)
}

// The platforms are those that CI builds on.
func TestPack_Platforms(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "tools", "platforms"))
	require.NoError(t, err)
	require.Contains(t, string(text), "for platform in "+strings.Join(platforms, " ")+"; do")
}

// No exercises, no tests, and nothing that lies about in a checkout.
func TestPack_HoldsWhatIsNeeded(t *testing.T) {
	a := archive(t)
	names := map[string]bool{}
	for _, f := range a.zip.File {
		names[f.Name] = true
		require.NotRegexp(t, `^exercises/\w+/|_test\.go$|\.key$|^bin/|^\.`, f.Name)
	}
	for _, want := range []string{
		"go.mod", "solutions/gossip/gossip.go", "harness/grade/child/main.go", "docs/4-gossip.md",
		"third_party/github.com/oasisprotocol/curve25519-voi/go.mod",
		"third_party/github.com/oasisprotocol/curve25519-voi/LICENSE",
		"third_party/golang.org/x/sys/windows/syscall_windows.go",
	} {
		require.True(t, names[want], want)
	}
}

// The go command builds what is unpacked, with nothing but the standard library beside it.
func TestUnpack_BuildsWithoutNetwork(t *testing.T) {
	at, err := archive(t).Unpack(t.TempDir())
	require.NoError(t, err)
	packages := []string{"./solutions", "./harness/course/suites", "./cmd/strata/command", "./harness/grade"}
	cmd := exec.Command("go", slices.Concat([]string{"build"}, toolchain.Flags(), packages)...)
	cmd.Dir = at
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOMODCACHE="+t.TempDir(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestUnpack_HoldsTheBook(t *testing.T) {
	at, err := archive(t).Unpack(t.TempDir())
	require.NoError(t, err)
	pages, err := book.Build(at, t.TempDir())
	require.NoError(t, err)
	require.Greater(t, pages, 10)
}

func TestUnpack_LeavesAWholeOneAloneAndMendsADamagedOne(t *testing.T) {
	a, cache := archive(t), t.TempDir()
	at, err := a.Unpack(cache)
	require.NoError(t, err)
	mark := filepath.Join(at, "mark")
	require.NoError(t, os.WriteFile(mark, nil, 0o600))
	again, err := a.Unpack(cache)
	require.NoError(t, err)
	require.Equal(t, at, again)
	require.FileExists(t, mark)

	require.NoError(t, os.Remove(filepath.Join(at, "go.mod")))
	again, err = a.Unpack(cache)
	require.NoError(t, err)
	require.Equal(t, at, again)
	require.NoFileExists(t, mark)
	require.FileExists(t, filepath.Join(at, "go.mod"))
}

func TestUnpack_ManyAtOnce(t *testing.T) {
	a, cache := archive(t), t.TempDir()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			at, err := a.Unpack(cache)
			if err != nil || !a.whole(at) {
				t.Errorf("%s: %v", at, err)
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left of what was on its way")
}

func TestUnpack_SweepsWhatNobodyUses(t *testing.T) {
	cache := t.TempDir()
	long := time.Now().Add(-2 * unused)
	for _, name := range []string{ready + "old", fresh + "killed", "node-abc"} {
		require.NoError(t, os.Mkdir(filepath.Join(cache, name), 0o700))
		require.NoError(t, os.Chtimes(filepath.Join(cache, name), long, long))
	}
	_, err := archive(t).Unpack(cache)
	require.NoError(t, err)
	require.NoDirExists(t, filepath.Join(cache, ready+"old"))
	require.NoDirExists(t, filepath.Join(cache, fresh+"killed"))
	require.DirExists(t, filepath.Join(cache, "node-abc"), "of others")
}

func TestOpen_Refusals(t *testing.T) {
	_, err := Open(nil)
	require.ErrorIs(t, err, ErrNone)
	_, err = Open([]byte("no archive"))
	require.ErrorIs(t, err, ErrDamaged)

	data, err := packed()
	require.NoError(t, err)
	other := strings.Replace(string(data), archive(t).Digest, strings.Repeat("0", 24), 1)
	a, err := Open([]byte(other))
	require.NoError(t, err)
	cache := t.TempDir()
	_, err = a.Unpack(cache)
	require.ErrorIs(t, err, ErrDamaged)
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Empty(t, entries)
}

// A cache that cannot be written is an error with a remedy, and leaves nothing half made.
func TestUnpack_NoRoom(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(cache, nil, 0o600))
	_, err := archive(t).Unpack(cache)
	require.ErrorContains(t, err, "workshop: ")
}
