package lattice

import (
	"fmt"
	"slices"

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
type Journal struct {
	shelf ledgers.Shelf
	named bool     // the name of the file is safe
	after []func() // what waits for that
}

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
	if err := j.shelf.Cut(); err != nil {
		return err
	}
	if !slices.Contains(disk.Names(), FileJournal) {
		if err := disk.Append(FileJournal, nil); err != nil {
			return err
		}
	}
	disk.SyncNames(func(err error) {
		j.named = err == nil
		for _, then := range j.after {
			then()
		}
		j.after = nil
	})
	return nil
}

// safe calls done once, later, when all that was added is safe, under a name that is safe as well.
func (j *Journal) safe(done func(error)) {
	j.shelf.Sync(func(err error) {
		switch {
		case err != nil || j.named:
			done(err)
		default:
			j.after = append(j.after, func() { j.sure(done) })
		}
	})
}

// sure answers once the name was synced, or was not.
func (j *Journal) sure(done func(error)) {
	if j.named {
		done(nil)
		return
	}
	done(network.ErrDiskFailed)
}

// Vote writes that the node votes for good, and calls done once, later, when that is safe, or with the disk's error.
func (j *Journal) Vote(root Root, hash Hash, done func(error)) {
	body := append([]byte{recordVote}, root.Account[:]...)
	body = append(append(body, root.Previous[:]...), hash[:]...)
	j.write(body, done)
}

// Cemented writes that a block is cemented, and calls done once, later, when that is safe, or with the disk's error.
func (j *Journal) Cemented(b *Block, done func(error)) {
	j.write(append([]byte{recordCemented}, b.Encode()...), done)
}

func (j *Journal) write(body []byte, done func(error)) {
	if _, err := j.shelf.Add(body); err != nil {
		j.shelf.Sync(func(error) { done(err) })
		return
	}
	j.safe(done)
}
