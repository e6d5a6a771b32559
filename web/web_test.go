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
)

var (
	imported  = regexp.MustCompile(`(?m)^import .*?from "([^"]+)";|new URL\("([^"]+)", import\.meta\.url\)`)
	elsewhere = regexp.MustCompile(`(?i)(src|href|url|from|import|fetch)\s*[=(:]?\s*["'(]\s*(https?:)?//`)
)

// Every module that a module imports is there, also those whose names begin with an underscore.
func TestFiles_ImportsAreThere(t *testing.T) {
	modules := 0
	require.NoError(t, fs.WalkDir(web.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".js" {
			return err
		}
		modules++
		text, err := fs.ReadFile(web.Files, name)
		require.NoError(t, err)
		for _, found := range imported.FindAllStringSubmatch(string(text), -1) {
			to := path.Join(path.Dir(name), found[1]+found[2])
			_, plain := fs.Stat(web.Files, to)
			_, packed := fs.Stat(web.Files, to+".gz")
			require.True(t, plain == nil || packed == nil, "%s imports %s", name, to)
		}
		return nil
	}))
	require.Greater(t, modules, 15)
}

// The page loads nothing from other hosts, and has no script or style within itself: the policy of
// the server forbids both.
func TestFiles_OfThisHostAlone(t *testing.T) {
	require.NoError(t, fs.WalkDir(web.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "vendor/") {
			return err
		}
		text, err := fs.ReadFile(web.Files, name)
		require.NoError(t, err)
		require.NotRegexp(t, elsewhere, string(text), name)
		if path.Ext(name) == ".html" {
			require.NotRegexp(t, `<script(\s[^>]*)?>[^<]|<style|\sstyle=|\son[a-z]+=`, string(text), name)
		}
		return nil
	}))
}

// What is vendored is in the page as it was published: compressed, and nothing else. `go generate ./web` makes it so.
func TestVendor_IsInThePage(t *testing.T) {
	published := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS("vendor"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path.Join("vendor", name))
		published["vendor/"+name+".gz"] = string(text)
		return err
	}))
	require.Greater(t, len(published), 10)
	require.NoError(t, fs.WalkDir(web.Files, "vendor", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := web.Files.Open(name)
		require.NoError(t, err)
		defer f.Close()
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		text, err := io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, published[name], string(text), name)
		delete(published, name)
		return nil
	}))
	require.Empty(t, published, "run go generate ./web")
}
