package tcphost

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"strata/network"
)

// directory implements network.Disk with files of one directory. The loop alone touches it; syncs run
// on goroutines of their own, one at a time for each file, each for all who wait by then.
type directory struct {
	host  *host
	path  string
	files map[string]*file
	names syncing
}

// file is an open file.
type file struct {
	os     *os.File
	size   int64
	failed bool
	syncing
}

// syncing is who waits for a sync of one thing, and whether one is under way.
type syncing struct {
	busy    bool
	waiting []func(error)
}

// openDirectory opens a directory, which it makes if need be, for this process alone. Errors:
// ErrInUse; the system's.
func openDirectory(h *host, path string) (*directory, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("tcphost: %w", err)
	}
	release, err := lockDirectory(filepath.Join(path, ".lock"))
	if err != nil {
		return nil, fmt.Errorf("tcphost: %s: %w", path, err)
	}
	h.release = release
	d := &directory{host: h, path: path, files: map[string]*file{}}
	entries, err := os.ReadDir(path)
	if err != nil {
		release()
		return nil, fmt.Errorf("tcphost: %w", err)
	}
	for _, e := range entries {
		if !network.ValidFileName(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		if err := d.open(e.Name()); err != nil {
			d.close()
			release()
			return nil, err
		}
	}
	return d, nil
}

// open opens a file, which is made if it is not there.
func (d *directory) open(name string) error {
	f, err := os.OpenFile(filepath.Join(d.path, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("tcphost: %w", err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close()
		return fmt.Errorf("tcphost: %w", err)
	}
	d.files[name] = &file{os: f, size: size}
	return nil
}

// close closes the files. A sync under way ends first.
func (d *directory) close() {
	for name, f := range d.files {
		if !f.busy {
			f.os.Close()
		}
		delete(d.files, name)
	}
}

// file is the file of a name. Errors: ErrNoFile, ErrDiskFailed.
func (d *directory) file(name string) (*file, error) {
	f := d.files[name]
	switch {
	case f == nil:
		return nil, network.ErrNoFile
	case f.failed:
		return nil, network.ErrDiskFailed
	}
	return f, nil
}

// fail makes a file one that has failed, with the system's reason in the log.
func (d *directory) fail(f *file, name string, err error) error {
	f.failed = true
	d.host.log.Error("a file of the ledger has failed", "file", filepath.Join(d.path, name), "reason", err)
	return fmt.Errorf("%w: %w", network.ErrDiskFailed, err)
}

func (d *directory) Names() []string {
	var names []string
	for name := range d.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (d *directory) Read(name string, offset int64, most int) ([]byte, error) {
	f, err := d.file(name)
	if err != nil || offset < 0 || offset >= f.size || most <= 0 {
		return nil, err
	}
	b := make([]byte, min(int64(most), f.size-offset))
	if _, err := f.os.ReadAt(b, offset); err != nil {
		return nil, d.fail(f, name, err)
	}
	return b, nil
}

func (d *directory) Append(name string, data []byte) error {
	if !network.ValidFileName(name) {
		return network.ErrBadName
	}
	if d.files[name] == nil {
		if err := d.open(name); err != nil {
			return full(err)
		}
	}
	f, err := d.file(name)
	if err != nil {
		return err
	}
	n, err := f.os.WriteAt(data, f.size)
	if err == nil {
		f.size += int64(n)
		return nil
	}
	if undo := f.os.Truncate(f.size); undo != nil {
		return d.fail(f, name, undo)
	}
	if errors.Is(full(err), network.ErrDiskFull) {
		return full(err)
	}
	return d.fail(f, name, err)
}

// full names the error of a disk without room; others are failures.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", network.ErrDiskFull, err)
	}
	return fmt.Errorf("%w: %w", network.ErrDiskFailed, err)
}

func (d *directory) Truncate(name string, size int64) error {
	f, err := d.file(name)
	if err != nil || size >= f.size {
		return err
	}
	f.size = max(0, size)
	if err := f.os.Truncate(f.size); err != nil {
		return d.fail(f, name, err)
	}
	return nil
}

func (d *directory) Rename(from, to string) error {
	f, err := d.file(from)
	if err == nil && !network.ValidFileName(to) {
		err = network.ErrBadName
	}
	if err != nil || from == to {
		return err
	}
	if err := os.Rename(filepath.Join(d.path, from), filepath.Join(d.path, to)); err != nil {
		return d.fail(f, from, err)
	}
	d.forget(to)
	d.files[to] = f
	delete(d.files, from)
	return nil
}

func (d *directory) Remove(name string) error {
	f, err := d.file(name)
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(d.path, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return d.fail(f, name, err)
	}
	d.forget(name)
	return nil
}

// forget closes the file of a name, unless a sync is under way, which then closes it.
func (d *directory) forget(name string) {
	if f := d.files[name]; f != nil && !f.busy {
		f.os.Close()
	}
	delete(d.files, name)
}

func (d *directory) Sync(name string, done func(error)) {
	f, err := d.file(name)
	if err != nil {
		d.host.After(0, func() { done(err) })
		return
	}
	f.waiting = append(f.waiting, func(err error) {
		if err == nil && f.failed {
			err = network.ErrDiskFailed
		}
		if err != nil && !f.failed {
			err = d.fail(f, name, err)
		}
		done(err)
	})
	d.begin(&f.syncing, f.os.Sync)
}

func (d *directory) SyncNames(done func(error)) {
	d.names.waiting = append(d.names.waiting, done)
	d.begin(&d.names, func() error { return syncDirectory(d.path) })
}

// begin begins a sync for all who wait, unless one is under way: it begins another when that is over.
func (d *directory) begin(s *syncing, sync func() error) {
	if s.busy || len(s.waiting) == 0 {
		return
	}
	waiting := s.waiting
	s.busy, s.waiting = true, nil
	d.host.loop.start(func() {
		err := sync()
		d.host.post(func() {
			s.busy = false
			for _, done := range waiting {
				done(err)
			}
			d.begin(s, sync)
		}, func() {})
	})
}

// syncDirectory makes the names in a directory safe.
func syncDirectory(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// nowhere implements network.Disk for a host without a directory: nothing can be kept.
type nowhere struct{ host *host }

func (nowhere) Names() []string                         { return nil }
func (nowhere) Read(string, int64, int) ([]byte, error) { return nil, network.ErrNoFile }
func (nowhere) Append(string, []byte) error             { return network.ErrDiskFailed }
func (nowhere) Truncate(string, int64) error            { return network.ErrNoFile }
func (nowhere) Rename(string, string) error             { return network.ErrNoFile }
func (nowhere) Remove(string) error                     { return network.ErrNoFile }
func (n nowhere) Sync(_ string, done func(error))       { n.SyncNames(done) }
func (n nowhere) SyncNames(done func(error))            { n.host.After(0, func() { done(network.ErrDiskFailed) }) }
