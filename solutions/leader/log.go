package leader

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

// log is the write-ahead log of leader.Log.
type log struct {
	disk network.Disk
	file string
	size int64  // of the file
	last uint64 // number of the last record
}

// NewLog makes the log in a file of a disk.
func NewLog(disk network.Disk, file string) leader.Log { return &log{disk: disk, file: file} }

// Size is leader.Log's.
func (l *log) Size() int64 { return l.size }

// Append is leader.Log's: done hears whether the record is safe.
func (l *log) Append(kind leader.RecordKind, body []byte, done func(error)) {
	//strata:begin leader.1
	record := make([]byte, 0, len(body)+leader.RecordOverhead)
	record = binary.BigEndian.AppendUint32(record, uint32(8+1+len(body)+4))
	record = binary.BigEndian.AppendUint64(record, l.last+1)
	record = append(append(record, byte(kind)), body...)
	record = binary.BigEndian.AppendUint32(record, ledgers.Checksum(record))
	if err := l.disk.Append(l.file, record); err != nil {
		l.disk.Sync(l.file, func(error) { done(err) })
		return
	}
	l.last++
	l.size += int64(len(record))
	l.disk.Sync(l.file, done)
	//strata:end
}

// Recover is leader.Log's.
func (l *log) Recover(each func(kind leader.RecordKind, body []byte)) error {
	//strata:begin leader.1
	text, err := readAll(l.disk, l.file)
	if errors.Is(err, network.ErrNoFile) {
		return nil
	}
	if err != nil {
		return err
	}
	for {
		number, kind, body, size := record(text[l.size:])
		if size == 0 {
			break
		}
		if number != l.last+1 && l.last != 0 {
			return fmt.Errorf("%w: %s: record %d at byte %d follows record %d", ledgers.ErrDamaged, l.file, number, l.size, l.last)
		}
		each(kind, body)
		l.last, l.size = number, l.size+int64(size)
	}
	for at := l.size + 1; at < int64(len(text)); at++ {
		if number, _, _, size := record(text[at:]); size > 0 && number > l.last {
			return fmt.Errorf("%w: %s: no whole record at byte %d, but one at byte %d", ledgers.ErrDamaged, l.file, l.size, at)
		}
	}
	return l.disk.Truncate(l.file, l.size)
	//strata:end
}

// record reads the record that text begins with; size is 0 if there is no whole one.
func record(text []byte) (number uint64, kind leader.RecordKind, body []byte, size int) {
	if len(text) < leader.RecordOverhead {
		return 0, 0, nil, 0
	}
	length := binary.BigEndian.Uint32(text)
	if length < leader.RecordOverhead-4 || length > leader.RecordOverhead-4+leader.MaxRecord || int(length) > len(text)-4 {
		return 0, 0, nil, 0
	}
	size = 4 + int(length)
	if ledgers.Checksum(text[:size-4]) != binary.BigEndian.Uint32(text[size-4:size]) {
		return 0, 0, nil, 0
	}
	return binary.BigEndian.Uint64(text[4:]), leader.RecordKind(text[12]), text[13 : size-4 : size-4], size
}

// readAll reads a whole file.
func readAll(disk network.Disk, name string) (text []byte, err error) {
	for {
		part, err := disk.Read(name, int64(len(text)), 1<<20)
		if err != nil || len(part) == 0 {
			return text, err
		}
		text = append(text, part...)
	}
}
