package lattice

import (
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// FileJournal is what a node has said for good, and what is cemented.
const FileJournal = "journal"

// The records of the journal.
const (
	recordVote     = 1 // account 32 | previous 32 | hash 32
	recordCemented = 2 // block 216
)

// Journal is the file of final votes and cemented blocks. What lies in it is never changed.
type Journal struct{ shelf ledgers.Shelf }

// Open reads what is there, in order, and cuts a torn end off. Errors: ledgers.ErrDamaged if a record is none, the
// disk's, those of vote and cemented.
func (j *Journal) Open(disk network.Disk, vote func(Root, Hash) error, cemented func(*Block) error) error {
	err := j.shelf.Open(disk, FileJournal, func(at int64, body []byte) error {
		d := ledgers.NewDecoder(body)
		switch d.Uint8() {
		case recordVote:
			var root Root
			var hash Hash
			d.Into(root.Account[:])
			d.Into(root.Previous[:])
			d.Into(hash[:])
			if d.Err() == nil {
				return vote(root, hash)
			}
		case recordCemented:
			if b := decodeBlock(d); d.Err() == nil {
				return cemented(b)
			}
		}
		return fmt.Errorf("%w: %s at byte %d", ledgers.ErrDamaged, FileJournal, at)
	})
	if err != nil {
		return err
	}
	return j.shelf.Cut()
}

// Vote writes that the node votes for good, and calls done once, later, when that is safe, or with the disk's error.
func (j *Journal) Vote(root Root, hash Hash, done func(error)) {
	body := append([]byte{recordVote}, root.Account[:]...)
	body = append(append(body, root.Previous[:]...), hash[:]...)
	if _, err := j.shelf.Add(body); err != nil {
		j.shelf.Sync(func(error) { done(err) })
		return
	}
	j.shelf.Sync(done)
}

// Cemented writes that a block is cemented. It is safe with the next vote, or at some time: what is lost is cemented
// again. Errors: the disk's.
func (j *Journal) Cemented(b *Block) error {
	_, err := j.shelf.Add(append([]byte{recordCemented}, b.Encode()...))
	return err
}
