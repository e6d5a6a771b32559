package lattice

import (
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// The file with the cut that the ledger begins with instead of genesis, and what it is called while it is written.
const (
	FileBase    = "base"
	fileBaseNew = "base.new"
)

// WriteBase makes an empty disk begin with a cut that was checked. done is called once, later, when that is safe, or with
// the disk's error.
func WriteBase(disk network.Disk, c *Cut, done func(error)) {
	_ = disk.Remove(fileBaseNew) // of a start that was not over; ErrNoFile if there was none
	if err := disk.Append(fileBaseNew, appendChecked(c.Encode())); err != nil {
		disk.SyncNames(func(error) { done(err) })
		return
	}
	disk.Sync(fileBaseNew, func(err error) {
		if err == nil {
			err = disk.Rename(fileBaseNew, FileBase)
		}
		if err != nil {
			done(err)
			return
		}
		disk.SyncNames(done)
	})
}

func appendChecked(text []byte) []byte {
	sum := ledgers.Checksum(text)
	return append(text, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
}

// LoadBase lets a ledger that has nothing but genesis begin with the cut on the disk, if there is one. Errors:
// ledgers.ErrDamaged; ledgers.ErrForeign if it is of another chain; the disk's.
func (b *Book) LoadBase(disk network.Disk) error {
	text, err := disk.Read(FileBase, 0, MaxCut+4)
	switch {
	case errors.Is(err, network.ErrNoFile):
		return nil
	case err != nil:
		return err
	case len(text) < 4 || string(appendChecked(text[:len(text)-4:len(text)-4])) != string(text):
		return fmt.Errorf("%w: %s: its check is wrong", ledgers.ErrDamaged, FileBase)
	}
	d := ledgers.NewDecoder(text[:len(text)-4])
	c := decodeCut(d)
	switch err := d.Err(); {
	case err != nil:
		return fmt.Errorf("%w: %s: %w", ledgers.ErrDamaged, FileBase, err)
	case c.Chain != b.chain:
		return fmt.Errorf("%w: %s is of chain %s", ledgers.ErrForeign, FileBase, c.Chain)
	}
	b.Begin(c)
	return nil
}
