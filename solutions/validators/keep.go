package validators

import (
	"errors"
	"fmt"
	"slices"

	"strata/ledgers"
	"strata/ledgers/validators"
	"strata/network"
)

// keep is the file of a snapshot: headers that lead to it, its own with the set of its height, and the chunks in the order
// in which they were asked for. While it is not whole it has another name.
type keep struct {
	disk  network.Disk
	shelf ledgers.Shelf
}

// The names of the file: of one that is whole, and of one that is not.
const (
	fileSnapshot  = "snapshot"
	fileRestoring = "snapshot.new"
)

// What is in the file, by the first byte of each record.
const (
	keptHeader = iota + 1
	keptAnchor
	keptChunk
)

// begin makes an empty file. Errors: the disk's.
func (k *keep) begin(disk network.Disk) error {
	if err := disk.Remove(fileRestoring); err != nil && !errors.Is(err, network.ErrNoFile) {
		return err
	}
	err := disk.Append(fileRestoring, nil)
	return errors.Join(err, k.open(disk, fileRestoring, func([]byte) error { return nil }))
}

func (k *keep) open(disk network.Disk, name string, each func(body []byte) error) error {
	k.disk = disk
	err := k.shelf.Open(disk, name, func(at int64, body []byte) error {
		if err := each(body); err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, name, at, err)
		}
		return nil
	})
	return errors.Join(err, k.shelf.Cut())
}

func (k *keep) add(kind byte, body []byte) error {
	_, err := k.shelf.Add(append([]byte{kind}, body...))
	return err
}

func (k *keep) header(s *validators.SignedHeader) error { return k.add(keptHeader, s.Encode()) }
func (k *keep) chunk(body []byte) error                 { return k.add(keptChunk, body) }
func (k *keep) anchor(s *validators.SignedHeader, set validators.Set) error {
	return k.add(keptAnchor, append(s.Encode(), set.Encode()...))
}

// headers puts the headers of the file that are above a height into an index. Errors: the disk's.
func (k *keep) headers(above uint64, x *index) error {
	var again ledgers.Shelf
	return again.Open(k.disk, fileRestoring, func(_ int64, body []byte) error {
		if body[0] != keptHeader {
			return nil
		}
		s, err := validators.DecodeSignedHeader(body[1:])
		if err == nil && s.Header.Height > above {
			err = x.add(s)
		}
		return err
	})
}

// replay repeats a record of the file. Errors: it is none.
func (r *restore) replay(n *node, body []byte) error {
	if len(body) == 0 {
		return errors.New("an empty record")
	}
	switch body[0] {
	case keptHeader:
		return nil
	case keptAnchor:
		d := ledgers.NewDecoder(body[1:])
		s := validators.ReadSignedHeader(d)
		set, err := validators.DecodeSet(d.Rest())
		if err = errors.Join(err, d.Err()); err != nil {
			return err
		}
		if r.light, err = validators.Anchor(n.chain, n.rules.Judge, s, set); err == nil {
			r.begin(s.Header.StateRoot)
		}
		return err
	}
	c, err := validators.DecodeChunk(body[1:])
	if err == nil {
		err = r.take(c)
	}
	return err
}

// recoverSnapshot begins with the snapshot that is on the disk, if there is one, and goes on fetching one that is not whole.
// Errors: ledgers.ErrDamaged, the disk's.
func (n *node) recoverSnapshot() error {
	disk := n.host.Disk()
	names := disk.Names()
	r := &n.restore
	replay := func(body []byte) error { return r.replay(n, body) }
	if slices.Contains(names, fileSnapshot) {
		if err := r.kept.open(disk, fileSnapshot, replay); err != nil {
			return err
		}
		if !r.fetching {
			return fmt.Errorf("%w: %s has no header", ledgers.ErrDamaged, fileSnapshot)
		}
		tip, err := r.tip()
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ledgers.ErrDamaged, fileSnapshot, err)
		}
		n.startFrom(tip)
	}
	return nil
}

// resume goes on with a snapshot that was being fetched when the node stopped. One that is useless is left. Errors: the
// disk's.
func (r *restore) resume(n *node) error {
	disk := n.host.Disk()
	if !slices.Contains(disk.Names(), fileRestoring) {
		return nil
	}
	err := r.kept.open(disk, fileRestoring, func(body []byte) error { return r.replay(n, body) })
	if errors.Is(err, ledgers.ErrDamaged) || err == nil && (!r.fetching || r.light.Height() <= n.tip.Height) {
		n.giveUp()
		return nil
	}
	return err
}
