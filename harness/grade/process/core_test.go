package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/steps"
	"strata/harness/grade/handin"
)

// G5: the guest of whoever is graded by the six layers has nothing of an elective, and none has package regexp: what is linked is
// made into machine code for each hand-in.
func TestOffered_LinksLittle_G5(t *testing.T) {
	linked := func(core bool) []string {
		b := build(t)
		b.Core = core
		offered, err := b.offered()
		require.NoError(t, err)
		overlay := filepath.Join(b.Temp, "overlay.json")
		require.NoError(t, b.writeOverlay(overlay, offered))
		cmd := exec.Command("go", "list", "-overlay", overlay, "-deps", Guest)
		cmd.Dir, cmd.Env = b.Root, append(os.Environ(), wasm...)
		out, err := cmd.Output()
		require.NoError(t, err)
		return strings.Fields(string(out))
	}
	for _, core := range []bool{true, false} {
		all := linked(core)
		require.NotContains(t, all, "regexp")
		for _, layer := range steps.Written {
			elective := !slices.Contains(steps.Layers, layer)
			require.Equal(t, !core || !elective, slices.Contains(all, laidOver(layer)), layer)
		}
	}
}

// G6: of a hand-in that is graded by the six layers no elective is built, nor tried for what may be wrong with it.
func TestBuild_OfTheCore_G6(t *testing.T) {
	b, other := build(t), build(t)
	b.Core, other.Core = true, true
	other.Sub.Layer("leader").Check.Sources["new.go"] = []byte("package leader\n")
	require.Equal(t, made(b), made(other))
	var tried []string
	require.NoError(t, b.alone(func(l *handin.Layer) error {
		tried = append(tried, l.Name)
		return nil
	}))
	require.Equal(t, steps.Layers, tried)
	b.Core, other.Core = false, false
	require.NotEqual(t, made(b), made(other))
}
