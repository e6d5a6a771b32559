package ledgers

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/network"
)

// Shelf is an append-only file of records `length u32 | body | CRC-32C u32`. What lies on it means nothing
// until something synced names it.
type Shelf struct {
	disk network.Disk
	name string
	size int64
	torn bool // something that is no whole record lies behind size
}

// Open reads all records up to the first that is not whole. Cut it there before you Add.
func (s *Shelf) Open(disk network.Disk, name string, each func(at int64, body []byte) error) error {
	s.disk, s.name, s.size, s.torn = disk, name, 0, false
	for {
		body, err := s.read(s.size)
		if errors.Is(err, network.ErrNoFile) {
			return nil
		}
		if errors.Is(err, errBroken) {
			s.torn = true
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(s.size, body); err != nil {
			return err
		}
		s.size += int64(len(body)) + 8
	}
}

// Cut cuts a torn end off: when nothing that was synced names anything in it. Errors: the disk's.
func (s *Shelf) Cut() error {
	if !s.torn {
		return nil
	}
	s.torn = false
	return s.disk.Truncate(s.name, s.size)
}

// Damaged says whether a whole record, which is takes for one, lies behind one that is not. Where each record is synced
// before the next is added that is damage, for a crash tears none but the last. Ask before you Cut. Errors: the disk's.
func (s *Shelf) Damaged(is func(body []byte) bool) (bool, error) {
	if !s.torn {
		return false, nil
	}
	for at := s.size + 1; ; at++ {
		body, err := s.read(at)
		switch {
		case err == nil && is(body):
			return true, nil
		case err != nil && !errors.Is(err, errBroken):
			return false, err
		}
		if left, err := s.disk.Read(s.name, at, 1); err != nil || len(left) == 0 {
			return false, err
		}
	}
}

// maxShelved bounds the body of a record, in bytes.
const maxShelved = 2 * MaxBlock

// errBroken reports a place where no whole record is.
var errBroken = errors.New("no whole record")

// Read is the body of the record at that place.
func (s *Shelf) Read(at int64) ([]byte, error) {
	body, err := s.read(at)
	if errors.Is(err, errBroken) {
		return nil, fmt.Errorf("%w: %s at byte %d", ErrDamaged, s.name, at)
	}
	return body, err
}

func (s *Shelf) read(at int64) ([]byte, error) {
	head, err := s.disk.Read(s.name, at, 4)
	if err != nil {
		return nil, err
	}
	if len(head) < 4 {
		return nil, errBroken
	}
	size := int(binary.BigEndian.Uint32(head))
	if size > maxShelved {
		return nil, errBroken
	}
	rest, err := s.disk.Read(s.name, at+4, size+4)
	if err != nil {
		return nil, err
	}
	if len(rest) < size+4 || binary.BigEndian.Uint32(rest[size:]) != Checksum(head, rest[:size]) {
		return nil, errBroken
	}
	return rest[:size:size], nil
}

// Add appends a record and returns its place. It is not safe before a Sync. Errors: the disk's.
func (s *Shelf) Add(body []byte) (at int64, err error) {
	record := make([]byte, 0, len(body)+8)
	record = AppendBytes(record, body)
	record = binary.BigEndian.AppendUint32(record, Checksum(record))
	if err := s.disk.Append(s.name, record); err != nil {
		return 0, err
	}
	at = s.size
	s.size += int64(len(record))
	return at, nil
}

// Size is the length of the file in bytes.
func (s *Shelf) Size() int64 { return s.size }

// Clear empties the file. Errors: the disk's.
func (s *Shelf) Clear() error {
	err := s.disk.Truncate(s.name, 0)
	if err == nil {
		s.size = 0
	}
	return err
}

// Sync calls done once, later, when all that was added is safe.
func (s *Shelf) Sync(done func(error)) { s.disk.Sync(s.name, done) }
