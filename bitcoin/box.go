package bitcoin

import (
	"bytes"
	"fmt"

	"github.com/btcsuite/btcd/wire/v2"

	"strata/ledgers"
	"strata/network"
)

// box is what a party has sent or is about to: a file with a record for each deed, `deed: length u32, bytes | transaction`.
type box struct {
	disk  network.Disk
	shelf ledgers.Shelf
	order []*parcel
	has   map[string]*parcel // by deed
}

// parcel is a deed's transaction.
type parcel struct {
	tx   *wire.MsgTx
	safe bool // on the disk: somebody may hear of it
}

// maxDeed bounds the encoding of a deed, in bytes.
const maxDeed = 1 << 10

// open reads the file, and calls done when all in it is safe: a crash may have left what no sync covered.
func (b *box) open(file string, done func(error)) {
	err := b.shelf.Open(b.disk, file, func(at int64, body []byte) error {
		d := ledgers.NewDecoder(body)
		name, rest := d.Bytes(maxDeed), d.Rest()
		p := &parcel{tx: &wire.MsgTx{}, safe: true}
		err := d.Err()
		if err == nil {
			err = p.tx.Deserialize(bytes.NewReader(rest))
		}
		if err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, file, at, err)
		}
		b.keep(string(name), p)
		return nil
	})
	if err == nil {
		err = b.shelf.Cut()
	}
	if err == nil {
		err = b.disk.Append(file, nil) // so that there is one
	}
	if err != nil {
		b.disk.SyncNames(func(error) { done(err) })
		return
	}
	b.shelf.Sync(func(err error) {
		if err != nil {
			done(err)
			return
		}
		b.disk.SyncNames(done)
	})
}

func (b *box) keep(name string, p *parcel) {
	b.has[name] = p
	b.order = append(b.order, p)
}

// add puts a deed on the disk. Its transaction may be told when it is safe. Errors: the disk's.
func (b *box) add(name string, tx *wire.MsgTx) error {
	var body bytes.Buffer
	body.Write(ledgers.AppendBytes(nil, []byte(name)))
	if err := tx.Serialize(&body); err != nil {
		return fmt.Errorf("bitcoin: %w", err)
	}
	if _, err := b.shelf.Add(body.Bytes()); err != nil {
		return err
	}
	p := &parcel{tx: tx}
	b.keep(name, p)
	b.shelf.Sync(func(err error) { p.safe = err == nil })
	return nil
}
