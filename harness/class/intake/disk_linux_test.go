package intake

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// A full disk ends the intake with what to do. What was taken before is whole, nothing else is left behind, and with room
// the same call takes all: a directory of hand-ins and what a platform packs.
func TestTake_AFullDisk_NeedsRoot(t *testing.T) {
	disk := t.TempDir()
	needs.Rights(t, "mount a small file system", syscall.Mount("none", disk, "tmpfs", 0, "size=400k"))
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(disk, syscall.MNT_DETACH)) })
	class, large := t.TempDir(), []byte(source+"// "+strings.Repeat("x", 150<<10)+"\n")
	var packed []string
	for i := range 5 {
		put(t, filepath.Join(class, fmt.Sprint("s", i), "gossip", "a.go"), large)
		packed = append(packed, fmt.Sprintf("Amy %d_%d_assignsubmission_file/gossip/a.go", i, i), string(large))
	}
	moodle := put(t, filepath.Join(t.TempDir(), "moodle.zip"), zipped(t, packed...))
	opt := Options{Into: filepath.Join(disk, "handins")}
	for _, from := range []string{class, moodle} {
		_, err := Take(t.Context(), []string{from}, opt)
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.ErrorContains(t, err, "handins cannot be written: no space left on device; make room there, and run the command again")
		left, err := os.ReadDir(opt.Into)
		require.NoError(t, err)
		for _, e := range left {
			text, err := os.ReadFile(filepath.Join(opt.Into, e.Name(), "gossip", "a.go"))
			require.NoError(t, err, "%s is whole", e.Name())
			require.True(t, bytes.Equal(large, text))
		}
	}
	require.NoError(t, syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT, "size=8m"))
	for _, from := range []string{class, moodle} {
		c, by := took(t, opt, from)
		require.Len(t, c.Handins, 5)
		for name, h := range by {
			require.Empty(t, h.Problem, name)
		}
	}
}

// So does an interrupt.
func TestTake_Interrupted(t *testing.T) {
	class := t.TempDir()
	for _, name := range []string{"amy", "bob"} {
		put(t, filepath.Join(class, name, "gossip", "a.go"), []byte(source))
	}
	moodle := put(t, filepath.Join(t.TempDir(), "moodle.zip"), zipped(t, "Amy_1_assignsubmission_file/gossip/a.go", source))
	opt := Options{Into: filepath.Join(t.TempDir(), "handins")}
	took(t, opt, class)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, from := range []string{class, moodle} {
		_, err := Take(ctx, []string{from}, opt)
		require.ErrorIs(t, err, context.Canceled)
	}
	left, err := os.ReadDir(opt.Into)
	require.NoError(t, err)
	require.Len(t, left, 2)
	require.FileExists(t, filepath.Join(opt.Into, "bob", "gossip", "a.go"))
}
