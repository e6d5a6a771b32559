package boltstore

import (
	"encoding/binary"
	"os"

	"go.etcd.io/bbolt"
)

// Seal is for tests that write a file of their own.
var Seal = seal

// Listed says whether a file has a list of its free pages.
func Listed(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	m, err := readMeta(f, info.Size())
	return m.freelist != unlisted, err
}

// AsVersion2 makes a closed file one of version 2, whose tallies sum up checksums alone.
func AsVersion2(path string) error {
	found, _, err := walk(path)
	if err != nil {
		return err
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bbolt.Tx) error {
		for name, t := range found {
			t.sum = 0
			err := tx.Bucket([]byte(name)).ForEach(func(key, sealed []byte) error {
				t.sum += uint64(binary.BigEndian.Uint32(sealed))
				return nil
			})
			if err != nil {
				return err
			}
			found[name] = t
		}
		own := seal(ownBucket, ownKey, found.encode(2))
		return tx.Bucket([]byte(ownBucket)).Put(ownKey, own)
	})
}
