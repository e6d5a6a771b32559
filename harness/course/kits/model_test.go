package kits

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

const (
	mostLines   = 400 // of a kit besides the layers, excluded
	mostColumns = 100
)

// A kit is the model of the next one, so it stays short: under 400 lines besides the layers. What counts is every line of every
// source file outside the directories of layers and mutants, blank lines and comments too. methods.json is no part of it: that is
// the protocol's, and the same in every kit.
func TestKits_Short(t *testing.T) {
	for _, kit := range All {
		lines := 0
		err := fs.WalkDir(os.DirFS(filepath.Join("../../../kits", kit.Name)), ".", func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && slices.Contains([]string{"reference", "workshop", "mutants", "node_modules"}, name):
				return fs.SkipDir
			case !slices.Contains([]string{".py", ".ts", ".js"}, filepath.Ext(name)):
				return nil
			}
			text, err := os.ReadFile(filepath.Join("../../../kits", kit.Name, name))
			for line := range strings.Lines(string(text)) {
				lines++
				require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\r\n")), mostColumns, "%s/%s: %s", kit.Name, name, line)
			}
			return err
		})
		require.NoError(t, err)
		require.Positive(t, lines)
		require.Less(t, lines, mostLines, kit.Name)
	}
}

// Every kit has the same table of methods.
func TestKits_OneTable(t *testing.T) {
	var tables []string
	for _, kit := range All {
		text, err := os.ReadFile(filepath.Join("../../../kits", kit.Name, "strata_kit", "methods.json"))
		require.NoError(t, err)
		tables = append(tables, string(text))
	}
	require.Len(t, slices.Compact(tables), 1)
}
