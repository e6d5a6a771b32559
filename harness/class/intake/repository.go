package intake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"strata/harness/grade/handin"
	"strata/harness/grade/plainfile"
)

// isRepository says whether a directory is a bare git repository.
func isRepository(dir string) bool {
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	info, err := os.Lstat(filepath.Join(dir, "HEAD"))
	return err == nil && info.Mode().IsRegular()
}

var (
	hash   = regexp.MustCompile(`^[0-9a-f]{40}$`)
	branch = regexp.MustCompile(`^ref: (refs/[\w.@+/-]+)$`)
)

// fromRepository takes the files of the commit that HEAD names. Git runs in a directory of ours, with settings of ours,
// and is lent the objects alone: a repository's own settings can name programs that git runs.
func (t *taking) fromRepository(ctx context.Context, dir string) error {
	git, err := exec.LookPath("git")
	if err != nil {
		return problem("is a git repository, and there is no git here: install it, or hand in an archive")
	}
	if _, err := os.Lstat(filepath.Join(dir, "objects", "info", "alternates")); err == nil {
		return problem("borrows objects of another repository: ask for a clone of its own")
	}
	commit, err := headOf(dir)
	if err != nil {
		return err
	}
	own, err := os.MkdirTemp("", "strata-git-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(own)
	r := &repository{git: git, dir: own}
	if err := r.lend(dir); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return r.files(ctx, commit, t)
}

// headOf is the commit that HEAD names.
func headOf(dir string) (string, error) {
	read := func(name string) string {
		text, err := plainfile.Read(filepath.Join(dir, filepath.FromSlash(name)), 1<<20)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	head := read("HEAD")
	if m := branch.FindStringSubmatch(head); m != nil && filepath.IsLocal(m[1]) && path.Clean(m[1]) == m[1] {
		head = read(m[1])
		for line := range strings.Lines(read("packed-refs")) {
			if sum, name, _ := strings.Cut(strings.TrimSpace(line), " "); name == m[1] && head == "" {
				head = sum
			}
		}
	}
	if !hash.MatchString(head) {
		return "", problem("is a git repository whose HEAD names no commit: ask for a push to its main branch")
	}
	return head, nil
}

// repository is a git directory of ours.
type repository struct{ git, dir string }

// lend makes the directory, with the objects of the other one beside none of its own.
func (r *repository) lend(from string) error {
	objects, err := filepath.Abs(filepath.Join(from, "objects"))
	if err != nil {
		return err
	}
	if strings.ContainsAny(objects, "\n\"") {
		return problem("has a path that git cannot be told: rename it")
	}
	for name, text := range map[string]string{
		"HEAD": "ref: refs/heads/none\n", "config": "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
		"objects/info/alternates": objects + "\n", "refs/heads/.keep": "",
	} {
		file := filepath.Join(r.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// command is git with nobody's settings.
func (r *repository) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.git, append([]string{"--git-dir", r.dir}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
	}
	return cmd
}

// files takes the files of a commit, as git lists them.
func (r *repository) files(ctx context.Context, commit string, t *taking) error {
	list := r.command(ctx, "ls-tree", "-r", "-z", "-l", commit)
	names, err := list.StdoutPipe()
	if err != nil {
		return err
	}
	if err := list.Start(); err != nil {
		return fmt.Errorf("git: %w", err)
	}
	blobs, err := r.blobs(ctx)
	if err != nil {
		return err
	}
	defer blobs.end()
	in := bufio.NewReader(names)
	for {
		line, err := in.ReadString(0)
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if err := t.take(blobs.entry(strings.TrimSuffix(line, "\x00"), t.limits.Packed)); err != nil {
			return err
		}
	}
	if err := list.Wait(); err != nil && ctx.Err() == nil {
		return problem("is a damaged git repository: ask for a new clone of it")
	}
	return ctx.Err()
}

// blobs is a git that is asked for one object after the other.
type blobs struct {
	cmd *exec.Cmd
	ask io.WriteCloser
	out *bufio.Reader
}

func (r *repository) blobs(ctx context.Context) (*blobs, error) {
	cmd := r.command(ctx, "cat-file", "--batch")
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	return &blobs{cmd, ask, bufio.NewReader(out)}, nil
}

func (b *blobs) end() {
	b.ask.Close()
	_ = b.cmd.Process.Kill() // it may be in the middle of an object that nobody wants to its end
	_ = b.cmd.Wait()
}

// entry is a line of ls-tree: mode, type, hash and size, a tab, the name. Of what has more than most bytes nothing is
// read.
func (b *blobs) entry(line string, most int64) entry {
	about, name, _ := strings.Cut(line, "\t")
	fields := strings.Fields(about)
	e := entry{name: name, kind: other}
	if len(fields) != 4 {
		return e
	}
	switch mode := fields[0]; {
	case mode == "120000":
		e.kind = link
	case strings.HasPrefix(mode, "100"):
		e.kind = file
	}
	e.open = func() (io.ReadCloser, error) {
		if bytes, err := strconv.ParseInt(fields[3], 10, 64); err != nil || bytes > most {
			return nil, problem("holds %s of %s bytes: ask for the layers alone", handin.Shown(name), fields[3])
		}
		return b.open(fields[2], name)
	}
	return e
}

// open asks for an object. It has to be read to its end before the next one is asked for, or not at all.
func (b *blobs) open(hash, name string) (io.ReadCloser, error) {
	if _, err := io.WriteString(b.ask, hash+"\n"); err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	head, err := b.out.ReadString('\n')
	fields := strings.Fields(head)
	if err != nil || len(fields) != 3 || fields[1] != "blob" {
		return nil, problem("is a git repository that lacks %s: ask for a new clone of it", handin.Shown(name))
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	return &blob{Reader: io.LimitReader(b.out, size), out: b.out}, nil
}

// blob is one object, with a line end behind it.
type blob struct {
	io.Reader
	out *bufio.Reader
}

// Close reads what is left of it.
func (b *blob) Close() error {
	_, err := io.Copy(io.Discard, b.Reader)
	if err == nil {
		_, err = b.out.Discard(1)
	}
	return err
}
