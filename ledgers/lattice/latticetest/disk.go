package latticetest

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"strata/ledgers/lattice"
	"strata/messaging"
	"strata/network"
)

// spiedHost is a host whose disk is watched, and whose clock the script sets.
type spiedHost struct {
	network.Host
	disk  *spyDisk
	ahead *time.Duration // of the clock
}

// Now is that of a clock which may be ahead, and be set back.
func (h spiedHost) Now() time.Time { return h.Host.Now().Add(*h.ahead) }

func (h spiedHost) Disk() network.Disk { return h.disk }

// spyDisk knows what would be left of the journal if all that is not synced were lost.
type spyDisk struct {
	network.Disk
	safe  []byte
	named bool // its name is safe
	fail  bool // the next sync of the journal fails
}

func newSpyDisk(d network.Disk, before *spyDisk) *spyDisk {
	s := &spyDisk{Disk: d, named: slices.Contains(d.Names(), lattice.FileJournal)}
	s.safe = s.content() // what is there after a crash is on the disk
	if before != nil {
		s.fail = before.fail
	}
	return s
}

func (s *spyDisk) content() (all []byte) {
	for {
		part, err := s.Read(lattice.FileJournal, int64(len(all)), 1<<20)
		if err != nil || len(part) == 0 {
			return all
		}
		all = append(all, part...)
	}
}

// Sync notes what it covers, once it is over.
func (s *spyDisk) Sync(name string, done func(error)) {
	covers := s.content()
	s.Disk.Sync(name, func(err error) {
		if err == nil && name == lattice.FileJournal {
			if s.fail {
				err = network.ErrDiskFailed
			} else {
				s.safe = covers
			}
		}
		done(err)
	})
}

// SyncNames notes that the journal's name is safe.
func (s *spyDisk) SyncNames(done func(error)) {
	there := slices.Contains(s.Names(), lattice.FileJournal)
	s.Disk.SyncNames(func(err error) {
		s.named = s.named || err == nil && there
		done(err)
	})
}

// keeps says whether the journal, as it is safe now, has a final vote for the hash: a record is length 4, kind 1, then
// account, previous and hash.
func (s *spyDisk) keeps(hash lattice.Hash) bool {
	text := s.safe
	for s.named && len(text) >= 4 {
		size := int(binary.BigEndian.Uint32(text))
		if size > len(text)-8 {
			return false
		}
		body := text[4 : 4+size]
		if size == 97 && body[0] == 1 && bytes.Equal(body[65:], hash[:]) {
			return true
		}
		text = text[size+8:]
	}
	return false
}

// promised holds what the node says against its disk: a final vote is safe before it is told. A vote for what is
// cemented needs no record, for there it never says anything else.
func (d *desk) promised(kind messaging.Kind, payload []byte) {
	v, err := lattice.DecodeVote(payload)
	if kind != lattice.KindVote || err != nil || v.Timestamp != lattice.Final {
		return
	}
	for _, hash := range v.Hashes {
		if !d.disk.keeps(hash) {
			d.w.Fail(lat6Synced, "expected that a final vote for %x.. is safe on the disk before it is sent, got it sent before", hash[:4])
		}
	}
}
