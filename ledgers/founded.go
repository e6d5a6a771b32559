package ledgers

import (
	"errors"
	"fmt"

	"strata/network"
)

// The founding record, and what it is called while it is written.
const (
	fileFounded  = "founded"
	fileFounding = "founded.new"
)

// Found makes an empty disk that of a member of the chain, once: it writes the founding record, without
// which a member takes itself for one that has lost its disk (LDR-11). done is called once, later.
// Errors: ErrForeign if the disk belongs to another chain or key; the disk's.
func Found(disk network.Disk, chain ChainID, key network.PublicKey, done func(error)) {
	if err := CheckFounded(disk, chain, key); !errors.Is(err, ErrNotFounded) {
		disk.SyncNames(func(error) { done(err) })
		return
	}
	step := func(next func()) func(error) {
		return func(err error) {
			if err != nil {
				done(err)
				return
			}
			next()
		}
	}
	// Beside, synced, renamed: what has the name is whole.
	_ = disk.Remove(fileFounding) // of a founding that was not over; ErrNoFile if there was none
	if err := disk.Append(fileFounding, append(chain[:], key[:]...)); err != nil {
		disk.SyncNames(func(error) { done(err) })
		return
	}
	disk.Sync(fileFounding, step(func() {
		if err := disk.Rename(fileFounding, fileFounded); err != nil {
			done(err)
			return
		}
		disk.SyncNames(done)
	}))
}

// CheckFounded says whether the disk is that of this chain and key. Errors: ErrNotFounded,
// ErrForeign, ErrDamaged, the disk's.
func CheckFounded(disk network.Disk, chain ChainID, key network.PublicKey) error {
	const size = len(chain) + len(key)
	b, err := disk.Read(fileFounded, 0, size+1)
	switch {
	case errors.Is(err, network.ErrNoFile):
		return ErrNotFounded
	case err != nil:
		return err
	case len(b) != size:
		return fmt.Errorf("%w: %s has not %d bytes", ErrDamaged, fileFounded, size)
	case [32]byte(b[:32]) != chain:
		return fmt.Errorf("%w: the directory is that of chain %x", ErrForeign, b[:32])
	case [32]byte(b[32:]) != key:
		return fmt.Errorf("%w: the directory is that of key %x", ErrForeign, b[32:])
	}
	return nil
}
