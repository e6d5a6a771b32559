package web_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/web"
	"strata/web/kit/parts"
)

var (
	imported  = regexp.MustCompile(`(?m)^(?:import|export) .*?from ["']([^"']+)["'];|new URL\("([^"]+)", import\.meta\.url\)`)
	elsewhere = regexp.MustCompile(`(?i)(src|href|url|from|import|fetch)\s*[=(:]?\s*["'(]\s*(https?:)?//`)
)

// written is the page as it is written, before it is compressed.
var written = parts.Layers{os.DirFS("files"), parts.Page}

// Every module that a module imports is there, also those whose names begin with an underscore.
func TestFiles_ImportsAreThere(t *testing.T) {
	modules := 0
	require.NoError(t, fs.WalkDir(written, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".js" {
			return err
		}
		modules++
		text, err := fs.ReadFile(written, name)
		require.NoError(t, err)
		for _, found := range imported.FindAllStringSubmatch(string(text), -1) {
			to := path.Join(path.Dir(name), found[1]+found[2])
			_, plain := fs.Stat(web.Files, to)
			_, packed := fs.Stat(web.Files, to+".gz")
			require.True(t, plain == nil || packed == nil, "%s imports %s", name, to)
		}
		return nil
	}))
	require.Greater(t, modules, 25)
}

// The page loads nothing from other hosts, and has no script or style within itself: the policy of
// the server forbids both.
func TestFiles_OfThisHostAlone(t *testing.T) {
	require.NoError(t, fs.WalkDir(written, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(written, name)
		require.NoError(t, err)
		require.NotRegexp(t, elsewhere, string(text), name)
		if path.Ext(name) == ".html" {
			require.NotRegexp(t, `<script(\s[^>]*)?>[^<]|<style|\sstyle=|\son[a-z]+=`, string(text), name)
		}
		return nil
	}))
}

// What the program holds is the page as it is written, and what is vendored as it was published: compressed, and nothing
// else. `go generate ./web` makes it so.
func TestPacked_IsThePage(t *testing.T) {
	want := map[string]string{}
	for dir, at := range map[string]string{"files": "", "vendor": "vendor/"} {
		require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path.Join(dir, name))
			want[at+name+".gz"] = string(text)
			return err
		}))
	}
	require.Greater(t, len(want), 30)
	require.NoError(t, fs.WalkDir(web.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "kit/") {
			return err
		}
		f, err := web.Files.Open(name)
		require.NoError(t, err)
		defer f.Close()
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		text, err := io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, want[name], string(text), "%s: run go generate ./web", name)
		delete(want, name)
		return nil
	}))
	require.Empty(t, want, "run go generate ./web")
}
