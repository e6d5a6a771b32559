package boltstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"strata/node/store"
)

// begin makes the file of a data directory that has none: empty, or with what one of version 1 holds.
func begin(dir string) error {
	old := filepath.Join(dir, fileName1)
	exists, err := isThere(old)
	if err != nil {
		return err
	}
	fill := func(*Store) error { return nil }
	if exists {
		if _, _, err := walk(old); err != nil {
			return err
		}
		fill = func(s *Store) error { return s.migrate(old) }
	}
	made, err := build(dir, fill)
	if err == nil {
		err = replace(made, filepath.Join(dir, fileName))
	}
	if err == nil && exists {
		err = os.Remove(old)
	}
	return err
}

// build makes a new file beside the others, which is complete and on the disk afterwards.
func build(dir string, fill func(*Store) error) (path string, err error) {
	path = filepath.Join(dir, fileName+newSuffix)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	// Not synced before it is complete: until then nobody counts on it.
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWithin, NoSync: true, NoGrowSync: true})
	if err != nil {
		return "", err
	}
	s := &Store{db: db, tallies: tallies{}}
	err = s.Update(func(store.Writer) error { return nil })
	if err == nil {
		err = fill(s)
	}
	if err == nil {
		err = db.Sync()
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return path, nil
}

// replace puts a file in the place of another, or of none, for good.
func replace(path, place string) error {
	if err := os.Rename(path, place); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(place))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// batch is how many records migrate copies in one transaction: bbolt keeps those in memory.
const batch = 10_000

// migrate takes over what a file of version 1 holds.
func (s *Store) migrate(path string) error {
	old, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWithin, ReadOnly: true})
	if err != nil {
		return err
	}
	defer old.Close()
	return old.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			for c, key, value := first(b); key != nil; {
				err := s.Update(func(w store.Writer) error {
					for range batch {
						if key == nil {
							break
						}
						w.Put(store.Bucket(name), key, value)
						key, value = c.Next()
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func first(b *bbolt.Bucket) (c *bbolt.Cursor, key, value []byte) {
	c = b.Cursor()
	key, value = c.First()
	return c, key, value
}

// Rebuild makes the store of a data directory again. fill gets the bytes of the old file, in whatever
// state they are, and an empty store to put into what it finds there; that store is fill's until it
// returns. Afterwards the new file has taken the old one's place at once, and the old one lies beside
// it under the name that is returned. After an error, fill's own or another, everything is as it
// was. Errors: ErrLocked; ErrNewer; os.ErrNotExist if there is no store.
func Rebuild(dir string, fill func(old io.ReaderAt, size int64, s *Store) error) (aside string, err error) {
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("data directory %s: %w", dir, err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return "", fmt.Errorf("data directory %s %w", dir, err)
	}
	defer unlock()
	if aside, err = rebuild(dir, fill); err != nil {
		return "", fmt.Errorf("data directory %s: %w", dir, err)
	}
	return aside, nil
}

func rebuild(dir string, fill func(old io.ReaderAt, size int64, s *Store) error) (aside string, err error) {
	place := filepath.Join(dir, fileName)
	old := place
	if exists, err := isThere(old); err == nil && !exists {
		old = filepath.Join(dir, fileName1)
	}
	f, err := os.Open(old)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if _, err := check(old); errors.Is(err, ErrNewer) {
		return "", err // it is whole, for all that can be told from here
	}
	made, err := build(dir, func(s *Store) error { return fill(f, info.Size(), s) })
	if err != nil {
		return "", err
	}
	if aside, err = keepAside(old); err != nil {
		return "", errors.Join(err, os.Remove(made))
	}
	if err := replace(made, place); err != nil {
		return "", err
	}
	if old != place {
		err = os.Remove(old)
	}
	return aside, err
}

// keepAside gives a file a second name, so that the first can go over to another at once.
func keepAside(path string) (aside string, err error) {
	aside = path + asideSuffix
	for n := 2; ; n++ {
		if err = os.Link(path, aside); !errors.Is(err, os.ErrExist) {
			return aside, err
		}
		aside = fmt.Sprintf("%s%s-%d", path, asideSuffix, n)
	}
}
