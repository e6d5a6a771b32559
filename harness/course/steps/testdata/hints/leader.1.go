package leader

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

func (l *log) Append(kind leader.RecordKind, body []byte, done func(error)) {
	record := binary.BigEndian.AppendUint32(nil, uint32(8+1+len(body)+4))
	record = binary.BigEndian.AppendUint64(record, l.last+1)
	record = append(record, byte(kind))
	record = append(record, body...)
	record = binary.BigEndian.AppendUint32(record, ledgers.Checksum(record))
	if err := l.disk.Append(l.file, record); err != nil {
		l.disk.Sync(l.file, func(error) { done(err) })
		return
	}
	l.last++
	l.size += int64(len(record))
	l.disk.Sync(l.file, done)
}

func (l *log) Recover(each func(kind leader.RecordKind, body []byte)) error {
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
		if l.last > 0 && number != l.last+1 {
			return fmt.Errorf("%w: record %d at byte %d", ledgers.ErrDamaged, number, l.size)
		}
		each(kind, body)
		l.last = number
		l.size += int64(size)
	}
	for at := int(l.size) + 1; at < len(text); at++ {
		if number, _, _, size := record(text[at:]); size > 0 && number > l.last {
			return fmt.Errorf("%w: no whole record at byte %d", ledgers.ErrDamaged, l.size)
		}
	}
	return l.disk.Truncate(l.file, l.size)
}
