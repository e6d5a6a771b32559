package intake

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

const source = "package gossip\n"

func put(t *testing.T, path string, text []byte) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// zipped is an archive of files: name, text, name, text.
func zipped(t *testing.T, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		require.NoError(t, err)
		_, err = w.Write([]byte(files[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

func tarred(t *testing.T, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	archive := tar.NewWriter(packed)
	for _, h := range headers {
		text := []byte(source)
		if h.Typeflag != tar.TypeReg {
			text = nil
		}
		h.Mode, h.Size = 0o644, int64(len(text))
		require.NoError(t, archive.WriteHeader(&h))
		_, err := archive.Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, packed.Close())
	return out.Bytes()
}

func plainTar(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg} }

// took takes in a class and returns it by name.
func took(t *testing.T, opt Options, paths ...string) (Class, map[string]Handin) {
	t.Helper()
	if opt.Into == "" {
		opt.Into = filepath.Join(t.TempDir(), "handins")
	}
	c, err := Take(t.Context(), paths, opt)
	require.NoError(t, err)
	by := make(map[string]Handin)
	for _, h := range c.Handins {
		by[h.Name] = h
		require.NotContains(t, h.Problem+strings.Join(h.Notes, ""), "\n")
		if h.Dir != "" {
			rel, err := filepath.Rel(opt.Into, h.Dir)
			require.NoError(t, err)
			require.True(t, filepath.IsLocal(rel))
		}
	}
	return c, by
}

// One hand-in is the same however it comes: as a directory, archives, a repository.
func TestTake_EqualHoweverItComes(t *testing.T) {
	class := t.TempDir()
	put(t, filepath.Join(class, "dir", "gossip", "a.go"), []byte(source))
	put(t, filepath.Join(class, "dir", ".git", "config"), []byte("x"))
	put(t, filepath.Join(class, "zip.zip"), zipped(t, "gossip/", "", "gossip/a.go", source, "__MACOSX/gossip/._a.go", "x"))
	put(t, filepath.Join(class, "windows.zip"), zipped(t, `gossip\a.go`, source))
	put(t, filepath.Join(class, "tar.tar.gz"), tarred(t, plainTar("gossip/a.go")))
	put(t, filepath.Join(class, "nested.zip"), zipped(t, "work.zip", string(zipped(t, "gossip/a.go", source))))
	_, by := took(t, Options{}, class)
	require.Len(t, by, 5)
	for name, h := range by {
		require.Empty(t, h.Problem, name)
		require.Equal(t, by["dir"].Digest, h.Digest, name)
		text, err := os.ReadFile(filepath.Join(h.Dir, "gossip", "a.go"))
		require.NoError(t, err, name)
		require.Equal(t, source, string(text))
	}
}

// So it is wherever the layers lie in it, whatever is around them, and whatever ends their lines.
func TestTake_EqualInAnyLayout(t *testing.T) {
	const inWindows = "package gossip\r\n"
	class := t.TempDir()
	put(t, filepath.Join(class, "flat", "gossip", "a.go"), []byte(source))
	put(t, filepath.Join(class, "folder.zip"), zipped(t, "my work/gossip/a.go", source, "my work/README", "mine"))
	put(t, filepath.Join(class, "clone", "exercises", "gossip", "a.go"), []byte(inWindows))
	put(t, filepath.Join(class, "clone", "go.mod"), []byte("module mine\n"))
	put(t, filepath.Join(class, "tar.tar.gz"), tarred(t, plainTar("./a/b/gossip/a.go")))
	put(t, filepath.Join(class, "moved", "mempool", "a.go"), []byte(source))
	put(t, filepath.Join(class, "renamed", "gossip", "b.go"), []byte(source))
	put(t, filepath.Join(class, "more.zip"), zipped(t, "gossip/a.go", source, "p2p/a.go", "package p2p\n"))
	put(t, filepath.Join(class, "module.zip"), zipped(t, "gossip/a.go", source, "go.mod", "module mine\n"))
	_, by := took(t, Options{}, class)
	digests := make(map[string]bool)
	for _, name := range []string{"flat", "moved", "renamed", "more", "module"} {
		require.Empty(t, by[name].Problem, name)
		digests[by[name].Digest] = true
	}
	require.Len(t, digests, 5)
	for _, name := range []string{"folder", "clone", "tar"} {
		require.Equal(t, by["flat"].Digest, by[name].Digest, name)
	}
}

// A repository's own settings can name programs; none of them runs.
func TestTake_Repository_NeedsGit(t *testing.T) {
	git := needs.Program(t, "install git", "git")
	dir := t.TempDir()
	work := filepath.Join(dir, "work")
	run := func(args ...string) {
		cmd := exec.Command(git, args...)
		cmd.Dir = work
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a",
			"GIT_COMMITTER_EMAIL=a@b", "GIT_CONFIG_GLOBAL="+os.DevNull)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	put(t, filepath.Join(work, "gossip", "a.go"), []byte(source))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(work, "gossip", "link.go")))
	run("init", "--quiet", "--initial-branch=main")
	run("add", ".")
	run("commit", "--quiet", "--message=all")
	bare := filepath.Join(dir, "amy.git")
	run("clone", "--quiet", "--bare", work, bare)
	touched := filepath.Join(dir, "touched")
	put(t, filepath.Join(bare, "config"), fmt.Appendf(nil, "[core]\n\tbare = true\n\tfsmonitor = touch %[1]s\n"+
		"\tsshCommand = touch %[1]s\n\tpager = touch %[1]s\n[tar \"zip\"]\n\tcommand = touch %[1]s\n", touched))

	_, by := took(t, Options{}, "file://"+bare)
	require.Empty(t, by["amy"].Problem)
	require.FileExists(t, filepath.Join(by["amy"].Dir, "gossip", "a.go"))
	require.NoFileExists(t, filepath.Join(by["amy"].Dir, "gossip", "link.go"))
	require.Equal(t, []string{"gossip/link.go is a link and was left out: hand in what it leads to"}, by["amy"].Notes)
	require.NoFileExists(t, touched)

	put(t, filepath.Join(bare, "objects", "info", "alternates"), []byte("/somebody/else\n"))
	_, by = took(t, Options{}, bare)
	require.Contains(t, by["amy"].Problem, "borrows objects")
	require.NoError(t, os.Remove(filepath.Join(bare, "objects", "info", "alternates")))
	put(t, filepath.Join(bare, "HEAD"), []byte("ref: refs/../../../../etc/passwd\n"))
	_, by = took(t, Options{}, bare)
	require.Contains(t, by["amy"].Problem, "names no commit")
}

// What an archive could do to the machine, or to the others, is a line about it, and the others are taken.
func TestTake_HostileArchives(t *testing.T) {
	class := t.TempDir()
	var zeros []string
	for i := range 10 {
		zeros = append(zeros, fmt.Sprint("zeros", i), strings.Repeat("\x00", 100<<10))
	}
	bomb := zipped(t, zeros...)
	many := make([]string, 0, 2000)
	for i := range 600 {
		many = append(many, fmt.Sprintf("gossip/%d.go", i), source)
	}
	locked := zipped(t, "gossip/a.go", source)
	for _, head := range [][]byte{[]byte("PK\x03\x04"), []byte("PK\x01\x02")} {
		at := bytes.Index(locked, head) + 6
		if head[2] == 1 {
			at += 2
		}
		locked[at] |= 1
	}
	good := zipped(t, "gossip/a.go", source)
	cases := map[string]struct {
		text []byte
		want string
	}{
		"out.zip":      {zipped(t, "gossip/a.go", source, "../../evil.go", source), "leads out of it, ../../evil.go: ask for"},
		"back.zip":     {zipped(t, `..\..\evil.go`, source), "leads out of it"},
		"absolute.tgz": {tarred(t, plainTar("/tmp/evil.go")), "absolute path"},
		"drive.zip":    {zipped(t, `C:\evil.go`, source), "absolute path"},
		"zero.zip":     {zipped(t, "gossip/a\x00.go", source), "zero byte"},
		"deep.zip":     {zipped(t, strings.Repeat("a/", 40)+"a.go", source), "more than 16 directories deep"},
		"long.zip":     {zipped(t, strings.Repeat("a", 300)+".go", source), "a name of 303 bytes"},
		"bomb.zip":     {bomb, "unpacks to more than 512 KiB"},
		"many.zip":     {zipped(t, many...), "more than 500 files"},
		"twice.zip":    {zipped(t, "gossip/a.go", source, "gossip/A.go", source), "gossip/A.go twice, also as gossip/a.go"},
		"both.zip":     {zipped(t, "gossip", source, "gossip/a.go", source), "as a file and as a directory"},
		"big.zip":      {zipped(t, "gossip/a.go", strings.Repeat("/", 200<<10)), "has more than 128 KiB"},
		"locked.zip":   {locked, "locked with a password"},
		"half.zip":     {good[:len(good)/2], "half-written"},
		"cut.tar.gz":   {tarred(t, plainTar("gossip/a.go"))[:60], "half-written"},
		"text.zip":     {[]byte("<html>log in first</html>"), "is no .zip archive inside"},
		"empty.zip":    {nil, "is empty: copy or download it again"},
		"old.rar":      {[]byte("Rar!"), "ask for a .zip"},
		"notes.txt":    {[]byte("hello"), "neither a directory nor an archive"},
		"amy.zip.part": {good, "half downloaded"},
		"deeper.zip": {zipped(t, "a.zip", string(zipped(t, "b.zip", string(zipped(t, "c.zip", string(good)))))),
			"an archive within an archive"},
	}
	for name, c := range cases {
		put(t, filepath.Join(class, name), c.text)
	}
	put(t, filepath.Join(class, "good.zip"), good)
	links := tarred(t, plainTar("gossip/a.go"),
		tar.Header{Name: "gossip/b.go", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink},
		tar.Header{Name: "gossip/c.go", Linkname: "gossip/a.go", Typeflag: tar.TypeLink},
		tar.Header{Name: "gossip/d", Typeflag: tar.TypeFifo})
	put(t, filepath.Join(class, "links.tgz"), links)
	into := filepath.Join(t.TempDir(), "into")
	_, by := took(t, Options{Into: into, Limits: Limits{Files: 500, File: 128 << 10, Packed: 512 << 10}}, class)
	require.Empty(t, by["good"].Problem)
	require.Empty(t, by["links"].Problem)
	require.Len(t, by["links"].Notes, 3)
	for name, c := range cases {
		h := by[plain(half.ReplaceAllString(name, "")).Name]
		require.Contains(t, h.Problem, c.want, name)
		require.Empty(t, h.Dir, name)
	}
	left, err := os.ReadDir(into)
	require.NoError(t, err)
	require.Len(t, left, 2, "of what was refused nothing is left")
}
