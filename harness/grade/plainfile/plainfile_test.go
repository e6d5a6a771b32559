//go:build unix

package plainfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"strata/harness/grade/plainfile"
)

// C1: what never ends is not begun, and what is too large is not read to its end.
func TestRead(t *testing.T) {
	at := func(name string) string { return filepath.Join(t.TempDir(), name) }
	file := at("file")
	require.NoError(t, os.WriteFile(file, []byte("0123456789"), 0o600))
	text, err := plainfile.Read(file, 10)
	require.NoError(t, err)
	require.Equal(t, "0123456789", string(text))
	text, err = plainfile.Read(file, 4)
	require.NoError(t, err)
	require.Len(t, text, 5)

	pipe, link := at("pipe"), at("link")
	require.NoError(t, unix.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink(file, link))
	_, err = plainfile.List(pipe, 10)
	require.Error(t, err)
	for _, other := range []string{pipe, link, "/dev/zero", "/dev/tty", t.TempDir(), at("nothing")} {
		_, err := plainfile.Read(other, 10)
		require.Error(t, err, other)
	}
}
