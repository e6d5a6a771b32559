package intake

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/grade/handin"
	"strata/harness/grade/plainfile"
)

// from takes everything of a source: a directory, an archive, a repository.
func (t *taking) from(ctx context.Context, source string) error {
	info, err := os.Stat(source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem("is not there: look at the path")
	case err != nil:
		return err
	case info.IsDir() && isRepository(source):
		return t.fromRepository(ctx, source)
	case info.IsDir():
		return t.fromDirectory(ctx, source, "")
	case !info.Mode().IsRegular():
		return problem("is neither a directory nor a file: name one")
	}
	return t.fromArchive(ctx, source)
}

// fromDirectory takes what lies below a directory. Links are not followed.
func (t *taking) fromDirectory(ctx context.Context, dir, below string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := plainfile.List(filepath.Join(dir, below), t.limits.Entries+1)
	if err != nil {
		return problem("%s cannot be read: %v", handin.Shown(filepath.Join(dir, below)), cause(err))
	}
	for _, e := range entries {
		name := filepath.Join(below, e.Name())
		whole := filepath.Join(dir, name)
		one := entry{name: filepath.ToSlash(name), kind: kindOf(e.Type()), open: func() (io.ReadCloser, error) {
			return t.steady(whole)
		}}
		if err := t.take(one); err != nil {
			return err
		}
		if e.IsDir() && t.dirs[one.name] {
			if err := t.fromDirectory(ctx, dir, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func kindOf(mode fs.FileMode) kind {
	switch {
	case mode.IsRegular():
		return file
	case mode.IsDir():
		return directory
	case mode&fs.ModeSymlink != 0:
		return link
	}
	return other
}

// steady is a file whose size and time are the same before and after it is read.
func (t *taking) steady(path string) (io.ReadCloser, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, changing(path)
	}
	most := t.limits.File
	if packedName(path) {
		most = t.limits.Bytes
	}
	text, err := plainfile.Read(path, most)
	if err != nil {
		return nil, problem("%s cannot be read: %v", handin.Shown(path), cause(err))
	}
	after, err := os.Lstat(path)
	if err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return nil, changing(path)
	}
	return io.NopCloser(bytes.NewReader(text)), nil
}

func changing(path string) error {
	return problem("%s is being written right now: run the command again when it is whole", handin.Shown(path))
}

// cause is an error without the path that it happened to.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// packings are the archives that can be read.
var packings = []string{".zip", ".tar", ".tar.gz", ".tgz"}

// otherPackings are those that cannot.
var otherPackings = []string{".7z", ".rar", ".tar.xz", ".tar.bz2", ".tar.zst", ".txz", ".tbz2"}

func packedName(name string) bool { return ending(name, packings) != "" }

// ending is the one of these that the name has; empty: none.
func ending(name string, endings []string) string {
	name = strings.ToLower(name)
	if i := slices.IndexFunc(endings, func(e string) bool { return strings.HasSuffix(name, e) }); i >= 0 {
		return endings[i]
	}
	return ""
}

// fromArchive takes what an archive holds. What it is, its first bytes say.
func (t *taking) fromArchive(ctx context.Context, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return problem("cannot be read: %v", cause(err))
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return problem("cannot be read: %v", cause(err))
	}
	if info.Size() == 0 {
		return problem("is empty: copy or download it again")
	}
	head := make([]byte, 300)
	n, _ := io.ReadFull(in, head)
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("PK")):
		return t.fromZip(ctx, in, info.Size())
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(bufio.NewReader(in))
		if err != nil {
			return halfWritten(err)
		}
		return t.fromTar(ctx, unpacked)
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return t.fromTar(ctx, in)
	case ending(path, packings) != "":
		return problem("is no %s archive inside, and may be half-written: copy or download it again",
			ending(path, packings))
	}
	return problem("is neither a directory nor an archive that can be read: ask for a .zip or a .tar.gz")
}

func halfWritten(err error) error {
	return problem("is no whole archive (%v), and may be half-written: copy or download it again", err)
}

// fromZip takes the files of a zip. What its list says of their sizes counts for nothing.
func (t *taking) fromZip(ctx context.Context, in io.ReaderAt, size int64) error {
	z, err := zip.NewReader(in, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are looked at one by one
		return halfWritten(err)
	}
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		one := entry{name: f.Name, kind: kindOf(f.Mode().Type()), open: func() (io.ReadCloser, error) {
			if f.Flags&1 != 0 {
				return nil, problem("is locked with a password: ask for one without")
			}
			in, err := f.Open()
			if err != nil {
				return nil, halfWritten(err)
			}
			return &unpacking{Reader: in, close: in, taking: t}, nil
		}}
		if strings.HasSuffix(f.Name, "/") {
			one.kind = directory
		}
		if err := t.take(one); err != nil {
			return err
		}
	}
	return nil
}

// fromTar takes the files of a tar, one after the other.
func (t *taking) fromTar(ctx context.Context, in io.Reader) error {
	archive := tar.NewReader(&unpacking{Reader: in, taking: t})
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := archive.Next()
		var known *Problem
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &known):
			return known
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return halfWritten(err)
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		one := entry{name: h.Name, kind: kindOf(h.FileInfo().Mode()), open: func() (io.ReadCloser, error) {
			return io.NopCloser(archive), nil
		}}
		if h.Typeflag == tar.TypeLink {
			one.kind = link
		}
		if err := t.take(one); err != nil {
			return err
		}
	}
}

// unpacking counts what comes out of an archive, and ends when it is too much.
type unpacking struct {
	io.Reader
	close  io.Closer
	taking *taking
}

// Read is io.Reader's. The error is a *Problem.
func (u *unpacking) Read(to []byte) (int, error) {
	n, err := u.Reader.Read(to)
	if u.taking.packed += int64(n); u.taking.packed > u.taking.limits.Packed {
		return n, problem("unpacks to more than %s: ask for the layers alone", size(u.taking.limits.Packed))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, halfWritten(err)
	}
	return n, err
}

// Close is io.Closer's.
func (u *unpacking) Close() error { return u.close.Close() }
