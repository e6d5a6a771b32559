package farm

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Key names a job by what it is made of.
type Key [sha256.Size]byte

// KeyOf is the digest of parts: of each with its length, so that no two lists of parts have one key.
func KeyOf(parts ...[]byte) Key {
	h := sha256.New()
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	return Key(h.Sum(nil))
}

// String is the key in lower-case hex.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// ParseKey reads what String writes, or the beginning of it, which has to be one key's in keys.
func ParseKey(text string, keys []Key) (Key, error) {
	var found []Key
	for _, k := range keys {
		if text != "" && strings.HasPrefix(k.String(), strings.ToLower(text)) {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 0:
		return Key{}, fmt.Errorf("no run %q", text)
	case 1:
		return found[0], nil
	}
	return Key{}, fmt.Errorf("%d runs begin with %q: give more of it", len(found), text)
}

// ErrDiffers reports a result that is not the one that its key has already. Both are kept: look for what is not a pure
// function of the key.
var ErrDiffers = errors.New("another result than before")

// Store keeps results under their keys, in files below one directory. Several processes may use it at once.
type Store struct{ dir string }

// Open makes the directory if need be. Errors: the system's.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("farm: %w", err)
	}
	return &Store{dir}, nil
}

// ending is that of the files of results.
const ending = ".result"

func (s *Store) path(k Key) string {
	text := k.String()
	return filepath.Join(s.dir, text[:2], text+ending)
}

// Get is the result of a key, if there is one. A file that is not what was written counts as none, and gets another
// name. Errors: the system's.
func (s *Store) Get(k Key) (result []byte, ok bool, err error) {
	path := s.path(k)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("farm: %w", err)
	}
	if result, ok = unseal(text); !ok {
		if err := os.Rename(path, path+".damaged"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, false, fmt.Errorf("farm: %w", err)
		}
	}
	return result, ok, nil
}

// seal puts a digest before a result; unseal takes it off again.
func seal(result []byte) []byte {
	digest := sha256.Sum256(result)
	return append([]byte(hex.EncodeToString(digest[:])+"\n"), result...)
}

func unseal(text []byte) (result []byte, ok bool) {
	digest, result, found := bytes.Cut(text, []byte("\n"))
	sum := sha256.Sum256(result)
	return result, found && string(digest) == hex.EncodeToString(sum[:])
}

// Put keeps a result. Errors: ErrDiffers, with the name of the file that has the second; the system's.
func (s *Store) Put(k Key, result []byte) error {
	known, ok, err := s.Get(k)
	switch {
	case err != nil:
		return err
	case ok && bytes.Equal(known, result):
		return nil
	case ok:
		other := s.path(k) + ".differs"
		if err := s.write(other, result); err != nil {
			return err
		}
		return fmt.Errorf("farm: %v: %w: see %s", k, ErrDiffers, other)
	}
	return s.write(s.path(k), result)
}

// write makes a file that is never seen in part.
func (s *Store) write(path string, result []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("farm: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("farm: %w", err)
	}
	_, err = temp.Write(seal(result))
	if err = errors.Join(err, temp.Chmod(0o644), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
		return fmt.Errorf("farm: %w", err)
	}
	return nil
}

// Missing lists those of the keys that have no result, in their order. Errors: the system's.
func (s *Store) Missing(keys []Key) (missing []Key, err error) {
	for _, k := range keys {
		_, ok, err := s.Get(k)
		if err != nil {
			return nil, err
		}
		if !ok {
			missing = append(missing, k)
		}
	}
	return missing, nil
}

// Keys lists the keys that have a file, in order. Errors: the system's.
func (s *Store) Keys() (keys []Key, err error) {
	err = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, ok := strings.CutSuffix(d.Name(), ending)
		var k Key
		if n, bad := hex.Decode(k[:], []byte(text[:min(len(text), 2*len(k))])); ok && bad == nil && n == len(k) &&
			len(text) == 2*len(k) {
			keys = append(keys, k)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("farm: %w", err)
	}
	return keys, nil
}

// Merged is what came of bringing two stores together.
type Merged struct {
	New, Known int
	Differ     []Key // both results are kept
}

// Merge takes in the results of another store, which stays as it is. Errors: the system's.
func (s *Store) Merge(from *Store) (m Merged, err error) {
	keys, err := from.Keys()
	if err != nil {
		return m, err
	}
	for _, k := range keys {
		result, ok, err := from.Get(k)
		if err != nil {
			return m, err
		}
		if !ok {
			continue
		}
		_, known, err := s.Get(k)
		if err != nil {
			return m, err
		}
		switch err := s.Put(k, result); {
		case errors.Is(err, ErrDiffers):
			m.Differ = append(m.Differ, k)
		case err != nil:
			return m, err
		case known:
			m.Known++
		default:
			m.New++
		}
	}
	return m, nil
}
