package boltdisk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"strata/node/process/tcphost"
)

// Version is that of the file's format.
const Version = 2

// The buckets.
var (
	bucketMeta   = []byte("meta")
	bucketFiles  = []byte("files")
	bucketTables = []byte("tables")
	keyVersion   = []byte("version")
)

// ErrVersion reports a file of a version that this program does not know.
var ErrVersion = errors.New("it has a format that this program does not know")

// Store is an open file. Its methods are for any goroutine.
type Store struct {
	db   *bbolt.DB
	path string
}

// lockWithin is how long Open waits for another process to let the file go.
const lockWithin = 200 * time.Millisecond

// Open opens the file of a store, which it makes if need be. If old is a directory of plain files, of version 1, they
// are taken over first, and old goes. Errors: tcphost.ErrInUse; ErrVersion; that it is no such file.
func Open(path, old string) (*Store, error) {
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		if err := begin(path, old); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	s, err := open(path, false)
	if err != nil {
		return nil, err
	}
	if err := s.checkVersion(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, os.RemoveAll(old) // of a migration that was not over
}

func open(path string, loose bool) (*Store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWithin, NoFreelistSync: true, NoSync: loose,
		FreelistType: bbolt.FreelistMapType})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%s: %w", path, tcphost.ErrInUse)
	case err != nil:
		return nil, fmt.Errorf("%s is no store of a ledger, or damaged: %w", path, err)
	}
	return &Store{db: db, path: path}, nil
}

func (s *Store) checkVersion() error {
	return s.db.View(func(tx *bbolt.Tx) error {
		var version []byte
		if meta := tx.Bucket(bucketMeta); meta != nil {
			version = meta.Get(keyVersion)
		}
		if len(version) != 4 || binary.BigEndian.Uint32(version) != Version {
			return fmt.Errorf("%s: %w: version %x, want %d", s.path, ErrVersion, version, Version)
		}
		return nil
	})
}

// begin makes the file beside its place: complete, or not there.
func begin(path, old string) error {
	made := path + ".new"
	if err := os.Remove(made); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s, err := open(made, true)
	if err != nil {
		return err
	}
	err = s.db.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucket(bucketMeta)
		if err != nil {
			return err
		}
		_, errFiles := tx.CreateBucket(bucketFiles)
		_, errTables := tx.CreateBucket(bucketTables)
		return errors.Join(errFiles, errTables, meta.Put(keyVersion, binary.BigEndian.AppendUint32(nil, Version)))
	})
	if err == nil {
		err = s.migrate(old)
	}
	if err == nil {
		err = s.db.Sync()
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return errors.Join(err, os.Remove(made))
	}
	if err := os.Rename(made, path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

func syncDirectory(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// migrateChunk is how much of an old file is copied in one transaction, in bytes.
const migrateChunk = 1 << 20

// migrate takes over the plain files of a directory, which nobody else has open meanwhile.
func (s *Store) migrate(old string) error {
	if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	host, err := loop.HostOf(tcphost.HostConfig{Directory: old})
	if err != nil {
		return err
	}
	var failed error
	loop.Do(func() {
		for _, name := range host.Disk().Names() {
			if failed = s.copyFile(name, host.Disk().Read); failed != nil {
				return
			}
		}
	})
	return failed
}

// copyFile copies a file, of which read is the content.
func (s *Store) copyFile(name string, read func(name string, offset int64, most int) ([]byte, error)) error {
	for at := int64(0); ; {
		part, err := read(name, at, migrateChunk)
		if err != nil {
			return err
		}
		err = s.db.Update(func(tx *bbolt.Tx) error { return apply(tx, step{kind: stepAppend, name: name, at: at, data: part}) })
		if err != nil || len(part) == 0 {
			return err
		}
		at += int64(len(part))
	}
}

// Put writes a row of a table, or takes it out if value is nil. It is safe when Put returns. Errors: the disk's.
func (s *Store) Put(table string, key, value []byte) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.Bucket(bucketTables).CreateBucketIfNotExists([]byte(table))
		if err != nil {
			return err
		}
		if value == nil {
			return b.Delete(key)
		}
		return b.Put(key, value)
	})
}

// All goes through a table in the order of its keys. The slices are each's only until it returns. Errors: each's; the
// disk's.
func (s *Store) All(table string, each func(key, value []byte) error) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketTables).Bucket([]byte(table))
		if b == nil {
			return nil
		}
		return b.ForEach(each)
	})
}

// Size is the length of the file in bytes.
func (s *Store) Size() (size int64) {
	_ = s.db.View(func(tx *bbolt.Tx) error { size = tx.Size(); return nil }) // it cannot fail
	return size
}

// Close closes the file. What was not synced is lost.
func (s *Store) Close() error { return s.db.Close() }
