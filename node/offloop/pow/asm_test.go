package pow

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The assembly is what its generator writes.
func TestAssemblyIsGenerated(t *testing.T) {
	if os.Getenv("STRATA_CHECK") == "" {
		t.Skip("set STRATA_CHECK=1 to compare; downloads avo")
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "asm"), os.DirFS("asm")))
	cmd := exec.Command("go", "run", ".", "-out", "../lanes_amd64.s", "-stubs", "../lanes_amd64.go", "-pkg", "pow")
	cmd.Dir = filepath.Join(dir, "asm")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, name := range []string{"lanes_amd64.s", "lanes_amd64.go"} {
		want, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		require.True(t, string(want) == string(got), "%s differs: run `go generate ./node/offloop/pow`", name)
	}
}
