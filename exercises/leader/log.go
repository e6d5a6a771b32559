// This file is yours to edit. docs/7-leader.md is the chapter; `make reset LAYER=leader` gives a fresh copy.

package leader

import (
	"encoding/binary"

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
	panic(network.NotWritten("leader.1")) // 12 lines in our solution
}

// Recover is leader.Log's.
func (l *log) Recover(each func(kind leader.RecordKind, body []byte)) error {
	panic(network.NotWritten("leader.1")) // 24 lines in our solution
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
