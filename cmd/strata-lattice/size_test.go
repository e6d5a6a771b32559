package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxSize is what the stripped command may have, in bytes (L3).
const maxSize = 10 << 20

// The layers of other electives are not linked: they would take 0.9 MiB.
func TestSize_L3(t *testing.T) {
	path := filepath.Join(t.TempDir(), "strata-lattice")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // nothing of the system's, as in an empty container
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	info, err := os.Stat(path)
	require.NoError(t, err)
	t.Logf("strata-lattice, stripped: %.2f MiB of %d", float64(info.Size())/(1<<20), maxSize>>20)
	require.LessOrEqual(t, info.Size(), int64(maxSize))
}
