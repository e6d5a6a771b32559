package steps_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The list of the layers stands in one place: whoever needs it takes Layers.
func TestLayers_StandOnce(t *testing.T) {
	list := regexp.MustCompile(`"network",\s*"messaging",\s*"p2p"`)
	var found []string
	err := filepath.WalkDir("../../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		text, err := os.ReadFile(name)
		if list.Match(text) {
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	require.NoError(t, err)
	require.Equal(t, []string{"../../../harness/course/steps/steps.go"}, found)
}
